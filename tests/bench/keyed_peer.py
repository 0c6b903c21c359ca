"""Stands in for a peer in the tests of peer.py: workloads that do nothing."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bench" / "python"))

import peer  # noqa: E402


def nothing(times):
    for _ in range(times):
        pass


def prepare(request):
    return [1.0], [("a", nothing), (request["key"], nothing)]


if __name__ == "__main__":
    peer.serve("1.0", None, prepare, lambda sizes: {"flops": [], "device": None, "bandwidth": []})
