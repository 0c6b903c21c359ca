"""JAX's side of the bench: jit, lax.scan over time, vmap over networks, on the CPU.

`--threads 1` keeps the process, and with it XLA, on one processor.
"""

import os
import sys

if "--threads" in sys.argv and hasattr(os, "sched_setaffinity"):
    wanted = int(sys.argv[sys.argv.index("--threads") + 1])
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:wanted])
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import jax.numpy as np  # noqa: E402
from jax import lax  # noqa: E402

import peer  # noqa: E402

# XLA takes minutes to unroll more cells than this.
UNROLLED = 24
# Steps of training in one call, where a call is a loop over steps.
LOOPED = 64


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
    """Every layer over [steps, batch, input]; gives the output and the last states."""
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
            # The padding's row is not trained.
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


def unrolls(w):
    cells = w["steps"] * w["numLayers"]
    return [1, *([4] if w["steps"] > 4 else []), *([w["steps"]] if cells <= UNROLLED else [])]


def training(request, w, parameters, data):
    candidates, checks = [], None
    for unroll in unrolls(w):
        update = update_of(w, unroll, request["adam"], request["adamw"])

        def start():
            copy = {name: np.array(value, copy=True) for name, value in parameters.items()}
            blank = jax.tree.map(np.zeros_like, copy)
            return (copy, blank, jax.tree.map(np.zeros_like, copy), np.float32(0))

        one = jax.jit(update, donate_argnums=0)

        def loop(state, data, update=update):
            return lax.scan(lambda s, _: update(s, data), state, length=LOOPED)

        many = jax.jit(loop, donate_argnums=0)
        if checks is None:
            state, checks = start(), []
            for _ in range(2):
                state, loss = one(state, data)
                checks.append(float(np.mean(loss)))

        def run_one(times, one=one, box=[None]):
            state = box[0] or start()
            for _ in range(times):
                state, loss = one(state, data)
            jax.block_until_ready(loss)
            box[0] = state

        def run_many(times, one=one, many=many, box=[None]):
            state = box[0] or start()
            for _ in range(times // LOOPED):
                state, loss = many(state, data)
            for _ in range(times % LOOPED):
                state, loss = one(state, data)
            jax.block_until_ready(loss)
            box[0] = state

        candidates.append((f"a call a step, unroll {unroll}", run_one))
        if w["task"] == "regression":
            candidates.append((f"{LOOPED} steps a call, unroll {unroll}", run_many))
    return checks, candidates


def gradients(w, parameters, data):
    candidates, checks = [], None
    for unroll in unrolls(w):
        gradient = jax.value_and_grad(loss_of(w, unroll), argnums=(0, 1))
        once = jax.jit(gradient)
        if checks is None:
            loss, (by_weights, by_data) = once(parameters, data)
            total = sum(float(np.sum(np.square(g))) for g in by_weights.values())
            checks = [float(loss), float(np.linalg.norm(by_data["x"])), total**0.5]

        def run(times, once=once):
            for _ in range(times):
                found = once(parameters, data)
            jax.block_until_ready(found)

        candidates.append((f"unroll {unroll}", run))
    return checks, candidates


def generation(w, parameters, count):
    def token(p, carry):
        ids, states = carry
        output, states = stack(w, p, p["embedding.weight"][ids][None], states, 1)
        logits = head(p, output)[0]
        return (np.argmax(logits, -1), states), np.max(logits)

    one = jax.jit(token)
    many = jax.jit(lambda p, carry: lax.scan(lambda c, _: token(p, c), carry, length=LOOPED))
    first = (np.ones(w["batch"], np.int32), zeros(w))
    carry, checks = first, []
    for _ in range(count):
        carry, largest = one(parameters, carry)
        checks.append(float(largest))

    def run_one(times):
        carry = first
        for _ in range(times):
            carry, _ = one(parameters, carry)
        jax.block_until_ready(carry)

    def run_many(times):
        carry = first
        for _ in range(times // LOOPED):
            carry, _ = many(parameters, carry)
        for _ in range(times % LOOPED):
            carry, _ = one(parameters, carry)
        jax.block_until_ready(carry)

    return checks, [("a call a token", run_one), (f"{LOOPED} tokens a call", run_many)]


def prepare(request):
    w = request["workload"]
    tensors, names = peer.load(request)
    parameters = {name: np.asarray(tensors[name]) for name in names}
    data = {name: np.asarray(value) for name, value in tensors.items() if name not in names}
    for name in ("ids", "targets"):
        if name in data:
            data[name] = data[name].astype(np.int32)
    if w["task"] == "flow":
        checks, candidates = gradients(w, parameters, data)
    elif w["task"] == "generation":
        checks, candidates = generation(w, parameters, request["checkedTokens"])
    else:
        checks, candidates = training(request, w, parameters, data)
    threads = f"{THREADS} threads" if THREADS > 1 else "1 thread"
    return checks, [(f"{threads}, {name}", run) for name, run in candidates]


def machine(_sizes):
    best = 0.0
    for n in (256, 512, 1024):
        a = np.ones((n, n), np.float32)
        once = jax.jit(lambda a, b: a @ b)

        def product(times):
            for _ in range(times):
                found = once(a, a)
            jax.block_until_ready(found)

        best = max(best, *(2 * n**3 / peer.time_for(product, 0.1)[0] for _ in range(3)))
    flops = [{"threads": THREADS, "flopsPerSecond": best}]
    return {"flops": flops, "device": None, "bandwidth": []}


if __name__ == "__main__":
    peer.serve(jax.__version__, None, prepare, machine)
