"""The networks of the workloads in PyTorch: by its modules, and by cells of tensor operations."""

import torch
from torch import nn

MODULES = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn_tanh": nn.RNN}


def own_tensors(w, tensors, r):
    """The tensors of network r, without the leading axis."""
    return tensors if w["replicas"] == 1 else {name: t[r] for name, t in tensors.items()}


def module_network(w, tensors, names):
    """The network of PyTorch's modules; returns it and a function from its data to its output."""
    network = nn.ModuleDict()
    if w["vocabulary"]:
        network["embedding"] = nn.Embedding(w["vocabulary"], w["inputSize"], padding_idx=0)
    network["rnn"] = MODULES[w["cell"]](w["inputSize"], w["hiddenSize"], w["numLayers"])
    if w["outputSize"]:
        network["head"] = nn.Linear(w["hiddenSize"], w["outputSize"])
    network.load_state_dict({name: torch.from_numpy(tensors[name]) for name in names})

    def forward(x, state=None):
        if w["vocabulary"]:
            x = network["embedding"](x)
        output, state = network["rnn"](x, state)
        if w["task"] == "recurrence":
            return output, state
        if w["task"] == "flow":
            # The last state is the output of the last step.
            h = state[0] if isinstance(state, tuple) else state
            return network["head"](h[-1]), state
        return network["head"](output), state

    return network, forward


def scratch_cell(cell, x, weights):
    """A layer with PyTorch's equations over a sequence [networks, steps, batch, input]."""
    w_ih, w_hh, b_ih, b_hh = weights
    networks, steps, batch, features = x.shape
    flat = x.reshape(networks, steps * batch, features)
    projected = torch.baddbmm(b_ih.unsqueeze(1), flat, w_ih.transpose(1, 2))
    inputs = projected.view(networks, steps, batch, -1).unbind(1)
    hidden = w_hh.shape[2]
    h = x.new_zeros(networks, batch, hidden)
    c = x.new_zeros(networks, batch, hidden)
    w, b = w_hh.transpose(1, 2), b_hh.unsqueeze(1)
    outputs = []
    for step in inputs:
        recurrent = torch.baddbmm(b, h, w)
        if cell == "lstm":
            i, f, g, o = (step + recurrent).chunk(4, 2)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        elif cell == "gru":
            r_x, z_x, n_x = step.chunk(3, 2)
            r_h, z_h, n_h = recurrent.chunk(3, 2)
            z = torch.sigmoid(z_x + z_h)
            n = torch.tanh(n_x + torch.sigmoid(r_x + r_h) * n_h)
            h = n + z * (h - n)
        else:
            h = torch.tanh(step + recurrent)
        outputs.append(h)
    return torch.stack(outputs, 1)
