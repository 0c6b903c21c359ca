"""The PyTorch peer of the bench: nn.LSTM and similar modules, and cells of tensor operations."""

import os

import torch

import peer
from torch_classifier import classifier
from torch_learning import learning
from torch_steps import FUSED, generation, gradients, module_training, scratch_training

CUDA = torch.cuda.is_available()
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
THREADS = sorted({1, CORES})


def threaded(run, name=""):
    """Settings that run on one thread and on all threads."""

    def on(threads):
        def with_threads(times):
            torch.set_num_threads(threads)
            return run(times)

        return with_threads

    rest = f", {name}" if name else ""
    return [(f"{n} threads{rest}" if n > 1 else f"1 thread{rest}", on(n)) for n in THREADS]


def training(request, w, tensors, names):
    """All settings of training."""
    scratch = request["key"] == "scratch"
    candidates, checks = [], None
    for compiled in [False, True] if scratch and hasattr(torch, "compile") else [False]:
        for fused in [True, None] if FUSED else [None]:
            adam = {**request["adam"], "fused": fused}
            if scratch:
                run = scratch_training(w, tensors, names, adam, compiled)
            else:
                run = module_training(w, tensors, names, adam, request["adamw"])
            first = [run(1), run(1)]
            checks = checks or first
            kind = "fused Adam" if fused else "Adam"
            candidates += threaded(run, f"{kind}, compiled" if compiled else kind)
    return checks, candidates


def prepare(request):
    tensors, names = peer.load(request)
    if request["key"] == "learning":
        checks, run = learning(request, tensors)
        return checks, threaded(run)
    if request["key"] == "classifier":
        checks, candidates = classifier(request, tensors)
        return checks, [one for name, run in candidates for one in threaded(run, name)]
    w = request["workload"]
    if hasattr(torch, "_dynamo"):
        # The number of compilations is limited, and other workloads have other shapes.
        torch._dynamo.reset()
    if w["task"] == "recurrence":
        if not CUDA:
            raise RuntimeError("no CUDA")
        run, checks = gradients(w, tensors, names, "cuda")
        tf32 = "on" if torch.backends.cudnn.allow_tf32 else "off"
        return checks(), [(f"cuDNN, TF32 {tf32}", run)]
    if w["task"] == "flow":
        run, checks = gradients(w, tensors, names, "cpu")
        return checks(), threaded(run)
    if w["task"] == "generation":
        run, checks = generation(w, tensors, names, request["checkedTokens"])
        return checks, threaded(run)
    return training(request, w, tensors, names)


def product_speed(sides, device):
    """Floating-point operations per second of the fastest square matrix product."""
    best = 0.0
    for n in sides:
        a, b = torch.rand(n, n, device=device), torch.rand(n, n, device=device)
        c = torch.empty(n, n, device=device)

        def product(times):
            for _ in range(times):
                torch.mm(a, b, out=c)
            if device == "cuda":
                torch.cuda.synchronize()

        best = max(best, *(2 * n**3 / peer.time_for(product, 0.1)[0] for _ in range(3)))
    return best


def copy_speed(size):
    """Bytes per second that the fastest copy reads and writes."""
    best = 0.0
    for threads in THREADS:
        torch.set_num_threads(threads)
        source = torch.zeros(size // 8)
        target = torch.empty_like(source)

        def copy(times):
            for _ in range(times):
                target.copy_(source)

        best = max(best, *(size / peer.time_for(copy, 0.05)[0] for _ in range(3)))
    return best


def machine(sizes):
    flops = []
    for threads in THREADS:
        torch.set_num_threads(threads)
        speed = product_speed((256, 512, 1024), "cpu")
        flops.append({"threads": threads, "flopsPerSecond": speed})
    return {
        "flops": flops,
        "device": product_speed((4096,), "cuda") if CUDA else None,
        "bandwidth": [{"size": n, "bytesPerSecond": copy_speed(n)} for n in sizes],
    }


if __name__ == "__main__":
    torch.manual_seed(0)
    peer.serve(
        torch.__version__.split("+")[0],
        torch.cuda.get_device_name(0) if CUDA else None,
        prepare,
        machine,
    )
