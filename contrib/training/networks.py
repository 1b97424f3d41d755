"""The networks: plain 3×3 convolutions with ReLU, as few and as wide as the time budget allows."""
import torch
import torch.nn.functional as F
from torch import nn

from samples import BROW_CHANNELS, BROW_CROP, EYE_CHANNELS, EYE_CROP, MOUTH_CHANNELS, MOUTH_CROP, POINTS
from shards import BLENDSHAPES


def conv(inputs, outputs, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = conv(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


def mixed(inputs, outputs, stride=1):
    """A 3×3 filter for each channel, then a 1×1 mix of them: a plain convolution's work by some eight."""
    filters = nn.Sequential(nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False), nn.BatchNorm2d(inputs), nn.ReLU())
    return nn.Sequential(*filters, nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))


class MixedResidual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = mixed(channels, channels)

    def forward(self, x):
        return F.relu(x + self.first(x))


def trunk(widths, residual, mix=()):
    """A stride-2 convolution to each width, followed by as many residual blocks as `residual` says.

    Where `mix` holds the stage's number, filters and mixing are separate (`mixed`).
    """
    layers, inputs = [], 1
    for stage, (width, blocks) in enumerate(zip(widths, residual)):
        if stage in mix:
            layers += [mixed(inputs, width, 2), nn.ReLU()] + [MixedResidual(width) for _ in range(blocks)]
        else:
            layers += [conv(inputs, width, 2)] + [Residual(width) for _ in range(blocks)]
        inputs = width
    return nn.Sequential(*layers)


class Scaled(nn.Linear):
    """A linear layer whose outputs have the targets' mean and deviation at the start; the scale is folded in at export."""

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("deviation", torch.ones(outputs))
        nn.init.zeros_(self.bias)
        with torch.no_grad():
            self.weight.mul_(0.3)

    def forward(self, x):
        with torch.autocast("cpu", enabled=False):
            return super().forward(x.float()) * self.deviation + self.mean

    def folded(self):
        plain = nn.Linear(self.in_features, self.out_features)
        plain.weight.data = self.weight.data * self.deviation[:, None]
        plain.bias.data = self.bias.data * self.deviation + self.mean
        return plain


class WindowNetwork(nn.Module):
    """96×96 → landmarks 140, rotation 6, correction 4, confidence 1 (logit), and the 52 weights from a second layer."""

    normalization = "meanVariance"

    def __init__(self, size=96, widths=(16, 24, 48, 80), residual=(0, 1, 1, 1), hidden=256, hidden2=160, mix=()):
        super().__init__()
        self.size = (size, size)
        self.trunk = trunk(widths, residual, mix)
        edge = size // 2 ** len(widths)
        self.hidden = nn.Linear(widths[-1] * edge * edge, hidden)
        self.geometry = Scaled(hidden, 151)
        self.hidden2 = nn.Linear(hidden, hidden2)
        self.expression = Scaled(hidden2, 52)

    def forward(self, x):
        h = F.relu(self.hidden(self.trunk(x).flatten(1)))
        return self.geometry(h), self.expression(F.relu(self.hidden2(h)))

    outputs = [
        {"name": "landmarks", "unit": "window", "tensor": "geometry", "range": [0, 140]},
        {"name": "rotation", "unit": "columns", "tensor": "geometry", "range": [140, 146]},
        {"name": "correction", "unit": "side, side, log side, radian", "tensor": "geometry", "range": [146, 150]},
        {"name": "confidence", "unit": "logit", "tensor": "geometry", "range": [150, 151]},
        {"name": "blendshapes", "unit": "weight", "tensor": "expression", "range": [0, 52], "elements": BLENDSHAPES},
    ]
    tensors = ["geometry", "expression"]


class LocalNetwork(nn.Module):
    """A crop → the weights of some channels; in training also the places of `points` landmarks in it."""

    normalization = "meanVariance"
    tensors = ["weights"]

    def __init__(self, channels, points, size, widths, residual, hidden, mix=()):
        super().__init__()
        width, height = (size, size) if isinstance(size, int) else size
        self.size = (height, width)
        self.trunk = trunk(widths, residual, mix)
        area = (width // 2 ** len(widths)) * (height // 2 ** len(widths))
        self.hidden = nn.Linear(widths[-1] * area, hidden)
        self.drop = nn.Dropout(0.1)
        self.weights = Scaled(hidden, len(channels))
        self.points = nn.Linear(hidden, 2 * points)
        self.outputs = [{"name": "blendshapes", "unit": "weight", "tensor": "weights", "range": [0, len(channels)], "elements": channels}]

    def forward(self, x):
        h = F.relu(self.hidden(self.trunk(x).flatten(1)))
        weights = self.weights(self.drop(h))
        return (weights, self.points(h)) if self.training else (weights,)


class EyeNetwork(LocalNetwork):
    crop = EYE_CROP

    def __init__(self, size=48, widths=(16, 32, 48), residual=(1, 1, 1), hidden=128, mix=()):
        super().__init__(EYE_CHANNELS, len(POINTS["left"]), size, widths, residual, hidden, mix)


class MouthNetwork(LocalNetwork):
    crop = MOUTH_CROP

    def __init__(self, size=48, widths=(16, 32, 48), residual=(1, 1, 1), hidden=160, mix=()):
        super().__init__(MOUTH_CHANNELS, len(POINTS["mouth"]), size, widths, residual, hidden, mix)


class BrowNetwork(LocalNetwork):
    crop = BROW_CROP

    def __init__(self, size=(64, 48), widths=(12, 20, 40), residual=(0, 1, 1), hidden=128, mix=()):
        super().__init__(BROW_CHANNELS, len(POINTS["brow"]), size, widths, residual, hidden, mix)


class Detector(nn.Module):
    """128×96 of the whole frame → a 12×16 map: score (logit), dx, dy (cells), log side (of 32 px), roll (radians)."""

    normalization = "meanVariance"
    tensors = ["map"]
    cells = (12, 16)

    def __init__(self, widths=(16, 24, 40), blocks=3, mix=()):
        super().__init__()
        self.size = (96, 128)
        self.trunk = trunk(widths, (0, 0, blocks), mix)
        self.head = nn.Conv2d(widths[-1], 5, 1)
        nn.init.constant_(self.head.bias, 0)
        with torch.no_grad():
            self.head.bias[0] = -3
        self.outputs = [{"name": "map", "unit": "logit, cell, cell, log side, radian", "tensor": "map", "range": [0, 5 * 12 * 16]}]

    def forward(self, x):
        return (self.head(self.trunk(x)),)


NETWORKS = {"window": WindowNetwork, "eye": EyeNetwork, "mouth": MouthNetwork, "brow": BrowNetwork, "detector": Detector}


def mean_of_runs(paths):
    """The network with the mean of the weights of runs (`ema.pt`) that began from each other, and the last one's configuration."""
    runs = [torch.load(path, weights_only=False) for path in paths]
    config = runs[-1]["config"]
    network = NETWORKS[config["task"]](**config["network"])
    network.load_state_dict({name: torch.stack([run["network"][name].double() for run in runs]).mean(0) for name in runs[-1]["network"]})
    return network, config


def multiply_adds(network):
    """Multiply-adds of one image, convolutions and linear layers."""
    total = 0

    def count(module, _, output):
        nonlocal total
        if isinstance(module, nn.Conv2d):
            total += output.shape[2] * output.shape[3] * module.weight.numel()
        elif isinstance(module, nn.Linear):
            total += module.weight.numel()

    hooks = [module.register_forward_hook(count) for module in network.modules()]
    with torch.no_grad():
        network.eval()(torch.zeros(1, 1, *network.size))
    for hook in hooks:
        hook.remove()
    return total
