"""Training, gradients and generation in PyTorch: the steps of the workloads."""

import torch
from torch import nn
from torch.nn import functional

from torch_networks import module_network, own_tensors, scratch_cell

# Whether Adam has a fused implementation on the CPU.
FUSED = tuple(int(part) for part in torch.__version__.split(".")[:2]) >= (2, 4)


def scratch_training(w, tensors, names, adam, compiled):
    """Training of all networks together, by batched products."""

    def load(name):
        array = torch.from_numpy(tensors[name])
        return array if w["replicas"] > 1 else array.unsqueeze(0)

    parameters = {name: load(name).clone().requires_grad_() for name in names}
    x, target = load("x"), load("target")
    recurrent = [parameters[f"rnn.{n}_l0"] for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]

    def loss_of(x, target):
        output = scratch_cell(w["cell"], x, recurrent).flatten(1, 2)
        logits = torch.baddbmm(
            parameters["head.bias"].unsqueeze(1), output, parameters["head.weight"].transpose(1, 2)
        )
        # A sum over networks, so that the gradient of a network does not depend on the others.
        return functional.mse_loss(logits, target.flatten(1, 2)) * w["replicas"]

    return trainer([(list(parameters.values()), loss_of, (x, target))], w, adam, None, compiled)


def trainer(networks, w, adam, adamw, compiled=False):
    """Training of [(parameters, loss_of, data)] by Adam, one network after the other."""
    steps = []
    for parameters, loss_of, data in networks:
        settings = {"lr": adam["lr"], "betas": (adam["beta1"], adam["beta2"]), "eps": adam["epsilon"]}
        if FUSED:
            settings["fused"] = adam["fused"]
        if adamw:
            optimizer = torch.optim.AdamW(parameters, weight_decay=adamw["weightDecay"], **settings)
        else:
            optimizer = torch.optim.Adam(parameters, **settings)
        if compiled:
            loss_of = torch.compile(loss_of, dynamic=False)
        steps.append((parameters, loss_of, data, optimizer))

    def run(times):
        for _ in range(times):
            total = 0.0
            for parameters, loss_of, data, optimizer in steps:
                optimizer.zero_grad(set_to_none=True)
                loss = loss_of(*data)
                loss.backward()
                if adamw:
                    nn.utils.clip_grad_norm_(parameters, adamw["maxNorm"])
                optimizer.step()
                total = total + loss.detach()
        return float(total) / w["replicas"]

    return run


def module_training(w, tensors, names, adam, adamw):
    networks = []
    for r in range(w["replicas"]):
        own = own_tensors(w, tensors, r)
        network, forward = module_network(w, own, names)
        if w["task"] == "language":
            ids = torch.from_numpy(own["ids"]).long()
            targets = torch.from_numpy(own["targets"]).long().flatten()

            def loss_of(ids, targets, forward=forward):
                logits, _ = forward(ids)
                return functional.cross_entropy(logits.flatten(0, 1), targets, ignore_index=0)

            data = (ids, targets)
        else:

            def loss_of(x, target, forward=forward):
                return functional.mse_loss(forward(x)[0], target)

            data = (torch.from_numpy(own["x"]), torch.from_numpy(own["target"]))
        networks.append((list(network.parameters()), loss_of, data))
    return trainer(networks, w, adam, adamw if w["task"] == "language" else None)


def gradients(w, tensors, names, device):
    """Gradients with respect to input and weights; returns the run and a function of the checks."""
    networks = []
    for r in range(w["replicas"]):
        own = own_tensors(w, tensors, r)
        network, forward = module_network(w, own, names)
        network.to(device)
        x = torch.from_numpy(own["x"]).to(device).requires_grad_()
        networks.append((network, forward, x))
    ones = torch.ones(w["steps"], w["batch"], w["hiddenSize"], device=device)

    def once():
        total = None
        for network, forward, x in networks:
            network.zero_grad(set_to_none=True)
            x.grad = None
            output, _ = forward(x)
            if w["task"] == "flow":
                total = output.square().mean()
                total.backward()
            else:
                output.backward(ones)
        return total

    def run(times):
        for _ in range(times):
            once()
        if device == "cuda":
            torch.cuda.synchronize()

    def checks():
        loss = once()
        by_x = sum(float(x.grad.square().sum()) for _, _, x in networks)
        by_weights = sum(float(p.grad.square().sum()) for n, _, _ in networks for p in n.parameters())
        norms = [by_x**0.5, by_weights**0.5]
        return [float(loss.detach()), *norms] if w["task"] == "flow" else norms

    return run, checks


def generation(w, tensors, names, count):
    network, forward = module_network(w, tensors, names)
    network.eval()
    start = torch.from_numpy(tensors["ids"]).long()
    now = [start, None]

    def token():
        logits, state = forward(*now)
        now[:] = [logits.argmax(-1), state]
        return logits

    def run(times):
        with torch.inference_mode():
            for _ in range(times):
                token()
        return now[0].tolist()

    with torch.inference_mode():
        checks = [largest for _ in range(count) for largest in token()[0].max(-1).values.tolist()]
    now[:] = [start, None]
    return run, checks
