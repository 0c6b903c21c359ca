"""Training, gradients and generation in JAX, in all settings."""

import jax
import jax.numpy as np
from jax import lax

from jax_networks import head, loss_of, stack, unrolls, update_of, zeros

# Steps of training, or tokens, in a call that loops over them.
LOOPED = 64


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


def generation(w, parameters, data, count):
    def token(p, carry):
        ids, states = carry
        output, states = stack(w, p, p["embedding.weight"][ids][None], states, 1)
        logits = head(p, output)[0]
        return (np.argmax(logits, -1), states), np.max(logits, -1)

    one = jax.jit(token)
    many = jax.jit(lambda p, carry: lax.scan(lambda c, _: token(p, c), carry, length=LOOPED))
    first = (data["ids"][0], zeros(w))
    carry, checks = first, []
    for _ in range(count):
        carry, largest = one(parameters, carry)
        checks.extend(largest.tolist())

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
