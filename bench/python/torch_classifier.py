"""The training of the first network of `sentiment`: an embedding, a bidirectional LSTM, additive
attention, dropout and a linear layer. Batches have texts of similar length.
"""

import torch
from torch import nn
from torch.nn import functional

from torch_steps import FUSED

PADDING, UNKNOWN, NO_TEXT = 0, 1, -1


class Classifier(nn.Module):
    """Ids [steps, batch] to logits [batch, class]."""

    def __init__(self, p, vocabulary, packed):
        super().__init__()
        width = 2 * p["hiddenSize"]
        self.packed = packed
        self.embedding = nn.Embedding(vocabulary, p["embeddingDim"], padding_idx=PADDING)
        self.recurrent = nn.LSTM(p["embeddingDim"], p["hiddenSize"], bidirectional=True)
        self.projection = nn.Linear(width, p["attentionSize"])
        self.query = nn.Linear(p["attentionSize"], 1, bias=False)
        self.dropout = nn.Dropout(p["dropout"])
        self.head = nn.Linear(width, p["classes"])
        with torch.no_grad():
            self.embedding.weight.mul_(p["embeddingStd"])

    def forward(self, x, lengths, padding):
        """`padding` is None if all texts have the same length.

        Without packing, the backward direction reads the padding before a text.
        """
        inputs = self.embedding(x)
        if self.packed and padding is not None:
            inputs = nn.utils.rnn.pack_padded_sequence(inputs, lengths, enforce_sorted=False)
            states, _ = nn.utils.rnn.pad_packed_sequence(self.recurrent(inputs)[0])
        else:
            states, _ = self.recurrent(inputs)
        scores = self.query(torch.tanh(self.projection(states))).squeeze(2)
        if padding is not None:
            scores = scores.masked_fill(padding, float("-inf"))
        weights = functional.softmax(scores, dim=0)
        context = torch.einsum("tb,tbh->bh", weights, states)
        return self.head(self.dropout(context))


# The names of the attention's parameters in Unroll.
UNROLL = {
    "projection.weight": "attention.weight",
    "projection.bias": "attention.bias",
    "query.weight": "attention.query",
}


def batch_of(x, target):
    """The arguments of the network and the classes, from ids [steps, batch]."""
    lengths = (x != PADDING).sum(dim=0)
    steps = int(lengths.max())
    x = x[:steps].contiguous()
    padding = x == PADDING if int(lengths.min()) < steps else None
    return (x, lengths, padding), target


def sorted_batches(p, x, target):
    """Batches of texts of similar length, from ids [text, word]; equal lengths in random order."""
    lengths = (x != PADDING).sum(dim=1)
    order = torch.argsort(lengths + torch.rand(len(x)))
    return [batch_of(x[i].t(), target[i]) for i in order.split(p["batchSize"])]


def optimizer_of(p, network, options):
    return torch.optim.AdamW(
        network.parameters(), lr=p["learningRate"], weight_decay=p["weightDecay"], **options
    )


def train_epoch(p, network, adam, batches):
    """Trains for an epoch; returns the mean loss of its texts."""
    network.train()
    total = torch.zeros(())
    count = 0
    for arguments, target in batches:
        adam.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(network(*arguments), target, ignore_index=NO_TEXT)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), p["clipGradNorm"])
        adam.step()
        texts = len(target)
        total += texts * loss.detach()
        count += texts
    return total.item() / count


def validate(network, batches):
    """The mean loss and the accuracy."""
    network.eval()
    loss, right, count = 0.0, 0, 0
    with torch.no_grad():
        for arguments, target in batches:
            logits = network(*arguments)
            loss += functional.cross_entropy(logits, target, reduction="sum").item()
            right += int((logits.argmax(dim=1) == target).sum())
            count += len(target)
    return loss / count, right / count


def train(p, data, packed, options):
    """Trains a network with weights of its own; returns the last validation accuracy."""
    network = Classifier(p, data["vocabulary"], packed)
    adam = optimizer_of(p, network, options)
    held = data["held"]
    accuracy = 0.0
    for _ in range(p["epochs"]):
        x = data["train_x"]
        replaced = (torch.rand(x.shape) < p["wordDropout"]) & (x != PADDING)
        batches = sorted_batches(p, torch.where(replaced, UNKNOWN, x), data["train_target"])
        shuffled = [batches[k] for k in torch.randperm(len(batches)).tolist()]
        train_epoch(p, network, adam, shuffled)
        _, accuracy = validate(network, held)
    return accuracy


def first_losses(p, data, weights, batches):
    """The losses of an epoch without dropout from the weights and batches of a request."""
    network = Classifier({**p, "dropout": 0}, data["vocabulary"], packed=True)
    with torch.no_grad():
        for name, own in network.named_parameters():
            own.copy_(weights[UNROLL.get(name, name)].reshape(own.shape))
    adam = optimizer_of(p, network, {})
    training = train_epoch(p, network, adam, batches)
    validation, _ = validate(network, data["held"])
    return [training, validation]


def classifier(request, arrays):
    """The checks, and the settings with functions that repeat the training."""
    p = request["classifier"]
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}

    def integers(name):
        return tensors[name].long()

    data = {"vocabulary": request["vocabulary"]}
    for name in ["train_x", "train_target"]:
        data[name] = integers(name)
    held = {**p, "batchSize": len(tensors["validation_x"])}
    data["held"] = sorted_batches(held, integers("validation_x"), integers("validation_target"))
    batches = [
        batch_of(integers(f"x/{k}"), integers(f"target/{k}")) for k in range(request["batches"])
    ]
    checks = first_losses(p, data, tensors, batches)
    networks = request["networks"]
    accuracies = [train(p, data, True, {}) for _ in range(networks)]
    checks.append(sum(accuracies) / networks)
    candidates = []
    for packed in [False, True]:
        for fused in [True, False] if FUSED else [False]:
            # By default, a CPU updates one parameter after the other.
            options = {"fused": True} if fused else {"foreach": True}

            def run(times, packed=packed, options=options):
                for _ in range(times):
                    train(p, data, packed, options)

            name = f"{'fused' if fused else 'foreach'} AdamW, {'packed' if packed else 'padded'}"
            candidates.append((name, run))
    return checks, candidates
