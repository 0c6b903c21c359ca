"""Functions that the Python peers share: requests and answers as JSON lines, the tensors, the
timing.

A peer answers each line with one line: `prepare` prepares a workload in every setting and keeps the
fastest, `time` times it, `machine` measures the machine, `release` frees the workload. The `key` of
a request names the prepared workload.
"""

import gc
import json
import math
import sys
import time

import numpy


def load(request):
    """The tensors of a request by name, and the names of the parameters, in order."""
    tensors, names, offset = {}, [], 0
    numbers = numpy.fromfile(request["file"], dtype=numpy.float32)
    for tensor in request["tensors"]:
        size = math.prod(tensor["shape"])
        tensors[tensor["name"]] = numbers[offset : offset + size].reshape(tensor["shape"]).copy()
        offset += size
        if tensor["parameter"]:
            names.append(tensor["name"])
    return tensors, names


def time_for(run, seconds, times=1):
    """Runs for about `seconds`; returns the seconds of one repetition, and their number."""
    while True:
        start = time.perf_counter()
        run(times)
        took = time.perf_counter() - start
        if took >= seconds / 2:
            return took / times, times
        times = math.ceil(times * min(10, max(2, seconds / max(took, 1e-6))))


# Candidates that take more seconds are timed once.
LONG = 2

# Candidates that took this many times as long as the fastest are not timed again.
FAR = 3


def fastest(candidates):
    """The fastest of [(setting, run)]. Each is warmed up and timed three times in turn, or once if
    it takes long or is far slower than another."""
    counts = [time_for(run, 0.1)[1] for _, run in candidates]
    best = [math.inf] * len(candidates)
    for _ in range(3):
        most = FAR * min(best)
        for i, (_, run) in enumerate(candidates):
            if best[i] > most:
                continue
            seconds, counts[i] = time_for(run, 0.1, counts[i])
            best[i] = min(best[i], seconds)
        if min(best) > LONG:
            break
    chosen = best.index(min(best))
    tried = [{"setting": name, "seconds": s} for (name, _), s in zip(candidates, best)]
    return candidates[chosen][1], tried[chosen], tried


def answer(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def serve(version, device, prepare, machine):
    """Answers requests until the input ends.

    `prepare(request)` returns the checks and the candidates for `fastest`, `machine(sizes)` the
    speeds, those of copies by bytes read and written.
    """
    answer("hello", version=version, device=device)
    # The prepared workloads by key: a peer can have several implementations.
    ready = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "prepare":
                checks, candidates = prepare(request)
                run, best, tried = fastest(candidates)
                ready[request["key"]] = (run, max(1, round(0.1 / best["seconds"])))
                del candidates
                gc.collect()
                answer("ready", checks=checks, tried=tried, **best)
            elif request["do"] == "time":
                run, times = ready[request["key"]]
                seconds, times = time_for(run, request["seconds"], times)
                ready[request["key"]] = (run, times)
                answer("time", seconds=seconds, times=times)
            elif request["do"] == "machine":
                answer("machine", **machine(request["sizes"]))
            else:
                ready.pop(request["key"], None)
                run = None
                gc.collect()
                answer("released")
        except Exception as error:  # pylint: disable=broad-except
            answer("error", message=f"{type(error).__name__}: {error}".split("\n")[0])
