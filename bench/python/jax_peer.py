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

import peer  # noqa: E402
from jax_steps import generation, gradients, training  # noqa: E402


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
        checks, candidates = generation(w, parameters, data, request["checkedTokens"])
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
