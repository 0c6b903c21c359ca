"""The networks and losses of the workloads in JAX: one scan over time for each layer."""

import jax
import jax.numpy as np
from jax import lax


def cell(kind, carry, gates, w_hh, b_hh):
    """One step for a projected input [batch, gates]; the state is (h, c)."""
    h, c = carry
    recurrent = h @ w_hh.T + b_hh
    if kind == "lstm":
        i, f, g, o = np.split(gates + recurrent, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * np.tanh(g)
        h = jax.nn.sigmoid(o) * np.tanh(c)
    elif kind == "gru":
        r_x, z_x, n_x = np.split(gates, 3, axis=-1)
        r_h, z_h, n_h = np.split(recurrent, 3, axis=-1)
        z = jax.nn.sigmoid(z_x + z_h)
        n = np.tanh(n_x + jax.nn.sigmoid(r_x + r_h) * n_h)
        h = (1 - z) * n + z * h
    else:
        h = np.tanh(gates + recurrent)
    return h, c


def stack(w, p, x, states, unroll):
    """Every layer over [steps, batch, input]; returns the output and the last states."""
    after = []
    for layer in range(w["numLayers"]):
        w_ih, w_hh, b_ih, b_hh = (
            p[f"rnn.{n}_l{layer}"] for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )

        def step(carry, gates, w_hh=w_hh, b_hh=b_hh):
            carry = cell(w["cell"], carry, gates, w_hh, b_hh)
            return carry, carry[0]

        state, x = lax.scan(step, states[layer], x @ w_ih.T + b_ih, unroll=unroll)
        after.append(state)
    return x, after


def zeros(w):
    zero = np.zeros((w["batch"], w["hiddenSize"]), np.float32)
    return [(zero, zero) for _ in range(w["numLayers"])]


def head(p, x):
    return x @ p["head.weight"].T + p["head.bias"]


def loss_of(w, unroll):
    def loss(p, data):
        if w["task"] == "language":
            output, _ = stack(w, p, p["embedding.weight"][data["ids"]], zeros(w), unroll)
            logits = jax.nn.log_softmax(head(p, output))
            targets = data["targets"]
            picked = np.take_along_axis(logits, targets[..., None], -1)[..., 0]
            counts = targets != 0
            return -np.sum(picked * counts) / np.sum(counts)
        output, _ = stack(w, p, data["x"], zeros(w), unroll)
        if w["task"] == "flow":
            return np.mean(np.square(head(p, output[-1])))
        return np.mean(np.square(head(p, output) - data["target"]))

    return loss


def update_of(w, unroll, adam, adamw):
    """One step of Adam, or of AdamW with clipping, on (parameters, m, v, t)."""
    gradient = jax.value_and_grad(loss_of(w, unroll))
    language = w["task"] == "language"

    def update(state, data):
        p, m, v, t = state
        loss, g = gradient(p, data)
        if language:
            # The row of the padding is not trained.
            g["embedding.weight"] = g["embedding.weight"].at[0].set(0)
            norm = np.sqrt(sum(np.sum(np.square(leaf)) for leaf in jax.tree.leaves(g)))
            scale = np.minimum(1, adamw["maxNorm"] / (norm + 1e-6))
            g = jax.tree.map(lambda leaf: leaf * scale, g)
        t = t + 1
        b1, b2, lr = adam["beta1"], adam["beta2"], adam["lr"]
        m = jax.tree.map(lambda a, b: b1 * a + (1 - b1) * b, m, g)
        v = jax.tree.map(lambda a, b: b2 * a + (1 - b2) * b * b, v, g)
        rate, root = lr / (1 - b1**t), 1 / np.sqrt(1 - b2**t)
        decay = 1 - lr * adamw["weightDecay"] if language else 1
        p = jax.tree.map(
            lambda a, b, c: a * decay - rate * b / (np.sqrt(c) * root + adam["epsilon"]), p, m, v
        )
        return (p, m, v, t), loss

    if w["replicas"] == 1:
        return update
    axes = (0, 0, 0, None)
    return jax.vmap(update, in_axes=(axes, 0), out_axes=(axes, 0))


# XLA takes minutes to unroll more cells than this.
UNROLLED = 24


def unrolls(w):
    cells = w["steps"] * w["numLayers"]
    return [1, *([4] if w["steps"] > 4 else []), *([w["steps"]] if cells <= UNROLLED else [])]
