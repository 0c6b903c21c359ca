"""The notebook's comparison of three networks on three tasks: new data and a new network for each,
one sequence a step, every loss read. Two errors of the notebook are corrected: outputs have the
size of the inputs, and a network is trained on one task only.
"""

import math

import torch
from torch.nn import functional

from torch_notebook import GRU, LSTM, RNN

NETWORKS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


def alternating(x):
    y = torch.zeros_like(x)
    for t in range(len(x)):
        y[t] = x[t].abs() if t % 2 == 0 else -x[t].abs()
    return y


TARGETS = {
    "copy": torch.clone,
    "cumulative sum": lambda x: torch.cumsum(x, dim=0),
    "alternating sign": alternating,
}


def draw(p, task):
    """Pairs of a sequence [steps, batch 1, features] and its target, for training and for tests."""
    count = p["trainSequences"] + p["testSequences"]
    inputs = [torch.randn(p["steps"], 1, p["size"]) for _ in range(count)]
    pairs = [(x, TARGETS[task](x)) for x in inputs]
    return pairs[: p["trainSequences"]], pairs[p["trainSequences"] :]


def train(network, adam, epochs, pairs, tests):
    """Trains and tests a network; returns the mean loss of each epoch and the mean test loss."""
    losses = []
    network.train()
    for _ in range(epochs):
        total = 0.0
        for x, y in pairs:
            adam.zero_grad()
            output, _ = network(x)
            loss = functional.mse_loss(output, y)
            loss.backward()
            adam.step()
            total += loss.item()
        losses.append(total / len(pairs))
    network.eval()
    with torch.no_grad():
        test = sum(functional.mse_loss(network(x)[0], y).item() for x, y in tests)
    return losses, test / len(tests)


def make(p, name):
    return NETWORKS[name](p["size"], p["hiddenSize"], p["size"])


def compare(p):
    """The comparison for one seed."""
    results = {}
    for task in TARGETS:
        for name in NETWORKS:
            pairs, tests = draw(p, task)
            network = make(p, name)
            adam = torch.optim.Adam(network.parameters(), lr=p["learningRate"])
            results[task, name] = train(network, adam, p["epochs"], pairs, tests)
    return results


def given(tensors, task, name):
    """The weights of a network, and the pairs of its task for training and for tests."""
    prefix = f"{task}/{name}/"
    weights = {n[len(prefix) :]: t for n, t in tensors.items() if n.startswith(prefix)}
    pairs = list(zip(tensors[f"{task}/x"], tensors[f"{task}/target"]))
    test_x, test_target = tensors[f"{task}/test_x"], tensors[f"{task}/test_target"]
    return weights, pairs, list(zip(test_x.split(1, dim=1), test_target.split(1, dim=1)))


def compare_given(p, tensors):
    """The comparison from the weights and data of a request."""
    results = {}
    for task in TARGETS:
        for name in NETWORKS:
            weights, pairs, tests = given(tensors, task, name)
            network = make(p, name)
            joined = {id(bias) for bias in network.take(weights)}
            of = {True: [], False: []}
            for parameter in network.parameters():
                of[id(parameter) in joined].append(parameter)
            # Unroll has two biases for each gate. Their gradients are equal, so their sum changes
            # by twice the learning rate.
            rates = [(of[False], p["learningRate"]), (of[True], 2 * p["learningRate"])]
            groups = [{"params": group, "lr": rate} for group, rate in rates if group]
            adam = torch.optim.Adam(groups)
            results[task, name] = train(network, adam, p["epochs"], pairs, tests)
    return results


def geometric_mean(values):
    return math.exp(sum(math.log(value) for value in values) / len(values))


def learning(request, tensors):
    """The checks, from the numbers of the request, and a function that repeats the comparison."""
    p = request["learning"]
    results = compare_given(p, {name: torch.from_numpy(t) for name, t in tensors.items()})
    curves = [losses for losses, _ in results.values()]
    checks = [loss for losses in curves for loss in losses[: request["checkedEpochs"]]]
    checks.append(geometric_mean([losses[-1] for losses in curves]))
    checks.append(geometric_mean([test for _, test in results.values()]))

    def run(times):
        for _ in range(times):
            compare(p)

    return checks, run
