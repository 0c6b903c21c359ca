"""The three networks of the notebook in PyTorch: a Python loop over the steps, whose results are
kept in lists. GRU is PyTorch's nn.GRU.

Inputs are [steps, batch, features], outputs [steps, batch, outputs].

`take(weights)` copies the weights of nn.RNN, nn.LSTM or nn.GRU and of a linear head, by PyTorch's
names after `recurrent.` and `head.`. It returns the biases that are the sum of two biases there.
"""

import torch
from torch import nn


def initialise(module):
    """Glorot-uniform matrices, and biases of 0."""
    for parameter in module.parameters():
        if parameter.dim() > 1:
            nn.init.xavier_uniform_(parameter)
        else:
            nn.init.zeros_(parameter)


def both_biases(weights):
    return weights["recurrent.bias_ih_l0"] + weights["recurrent.bias_hh_l0"]


class RNN(nn.Module):
    """Three matrices: of the input, of the state, and of the output at each step."""

    def __init__(self, features, hidden, outputs):
        super().__init__()
        self.hidden = hidden
        self.of_input = nn.Parameter(torch.empty(hidden, features))
        self.of_state = nn.Parameter(torch.empty(hidden, hidden))
        self.bias = nn.Parameter(torch.empty(hidden))
        self.of_output = nn.Parameter(torch.empty(outputs, hidden))
        self.output_bias = nn.Parameter(torch.empty(outputs))
        initialise(self)

    def forward(self, x):
        steps, batch, _ = x.shape
        h = torch.zeros(batch, self.hidden)
        states, outputs = [h], []
        for t in range(steps):
            from_input = torch.mm(x[t], self.of_input.t())
            h = torch.tanh(from_input + torch.mm(h, self.of_state.t()) + self.bias)
            states.append(h)
            outputs.append(torch.mm(h, self.of_output.t()) + self.output_bias)
        return torch.stack(outputs), states

    @torch.no_grad()
    def take(self, weights):
        self.of_input.copy_(weights["recurrent.weight_ih_l0"])
        self.of_state.copy_(weights["recurrent.weight_hh_l0"])
        self.bias.copy_(both_biases(weights))
        self.of_output.copy_(weights["head.weight"])
        self.output_bias.copy_(weights["head.bias"])
        return [self.bias]


class LSTMCell(nn.Module):
    """One step: four linear layers of the input and the state side by side."""

    def __init__(self, features, hidden):
        super().__init__()
        self.i, self.f, self.g, self.o = (nn.Linear(features + hidden, hidden) for _ in range(4))
        initialise(self)
        nn.init.ones_(self.f.bias)

    def forward(self, x, h, c):
        x_and_h = torch.cat([x, h], dim=1)
        f = torch.sigmoid(self.f(x_and_h))
        i = torch.sigmoid(self.i(x_and_h))
        g = torch.tanh(self.g(x_and_h))
        o = torch.sigmoid(self.o(x_and_h))
        c = f * c + i * g
        return o * torch.tanh(c), c, (i, f, g, o)


class LSTM(nn.Module):
    """Layers of cells, whose states are stacked after each step, and a head at each step."""

    def __init__(self, features, hidden, outputs, layers=1):
        super().__init__()
        self.hidden = hidden
        self.cells = nn.ModuleList(
            LSTMCell(hidden if layer else features, hidden) for layer in range(layers)
        )
        self.head = nn.Linear(hidden, outputs)
        initialise(self.head)

    def forward(self, x):
        steps, batch, _ = x.shape
        h = torch.zeros(len(self.cells), batch, self.hidden)
        c = torch.zeros(len(self.cells), batch, self.hidden)
        trace, outputs = [], []
        for t in range(steps):
            below, after = x[t], []
            for layer, cell in enumerate(self.cells):
                after.append(cell(below, h[layer], c[layer]))
                below = after[-1][0]
            h = torch.stack([one[0] for one in after])
            c = torch.stack([one[1] for one in after])
            trace.append((h, c, [one[2] for one in after]))
            outputs.append(self.head(h[-1]))
        return torch.stack(outputs), trace

    @torch.no_grad()
    def take(self, weights):
        cell = self.cells[0]
        gates = (cell.i, cell.f, cell.g, cell.o)
        matrices = torch.cat([weights[f"recurrent.weight_{n}_l0"] for n in ("ih", "hh")], dim=1)
        for gate, matrix, bias in zip(gates, matrices.chunk(4), both_biases(weights).chunk(4)):
            gate.weight.copy_(matrix)
            gate.bias.copy_(bias)
        self.head.weight.copy_(weights["head.weight"])
        self.head.bias.copy_(weights["head.bias"])
        return [gate.bias for gate in gates]


class GRU(nn.Module):
    """nn.GRU and a head."""

    def __init__(self, features, hidden, outputs):
        super().__init__()
        self.recurrent = nn.GRU(features, hidden)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x):
        output, state = self.recurrent(x)
        return self.head(output), state

    def take(self, weights):
        self.load_state_dict(weights)
        return []
