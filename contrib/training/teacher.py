"""A trained network that a smaller one learns from, on the same crops."""
import torch
import torch.nn.functional as F

from networks import mean_of_runs


def area_weights(inputs, outputs):
    """outputs × inputs: each output is the mean of the inputs that it covers, by their shares."""
    edges = torch.arange(outputs + 1, dtype=torch.float64) * inputs / outputs
    cells = torch.arange(inputs, dtype=torch.float64)
    covered = torch.minimum(edges[1:, None], cells + 1) - torch.maximum(edges[:-1, None], cells)
    return (covered.clamp(min=0) * outputs / inputs).float()


def shrink(crops, size):
    """Normalised crops (n, 1, h, w) at another size (h, w), normalised again."""
    if tuple(crops.shape[2:]) == tuple(size):
        return crops
    small = area_weights(crops.shape[2], size[0]) @ crops @ area_weights(crops.shape[3], size[1]).T
    mean, deviation = small.mean((2, 3), keepdim=True), small.std((2, 3), keepdim=True, unbiased=False)
    return (small - mean) / (deviation + 0.01)


def window_loss(network, outputs, taught, targets):
    """Everything on windows with a face, the confidence on all."""
    valid = targets["valid"]
    count = valid.sum().clamp(min=1)

    def mean(error):
        return (error.mean(1) * valid).sum() / count

    (geometry, expression), (right, weights) = outputs, taught
    loss = 0.5 * mean(((expression - weights) / network.expression.deviation) ** 2)
    loss = loss + 6 * mean((geometry[:, 140:146] - right[:, 140:146]) ** 2)
    loss = loss + 20 * mean(F.smooth_l1_loss(geometry[:, :140], right[:, :140], beta=0.05, reduction="none"))
    loss = loss + 8 * mean(F.smooth_l1_loss(geometry[:, 146:150], right[:, 146:150], beta=0.05, reduction="none"))
    return loss + 0.5 * F.binary_cross_entropy_with_logits(geometry[:, 150], torch.sigmoid(right[:, 150]))


def local_loss(network, outputs, taught, targets):
    return (((outputs[0] - taught[0]) / network.weights.deviation) ** 2).mean()


def detector_loss(network, outputs, taught, targets):
    """Scores everywhere, boxes where the teacher sees a face."""
    out, right = outputs[0], taught[0]
    score = torch.sigmoid(right[:, 0])
    faces = score.sum().clamp(min=1)
    box = F.smooth_l1_loss(out[:, 1:], right[:, 1:], beta=0.1, reduction="none").mean(1)
    return F.binary_cross_entropy_with_logits(out[:, 0], score, reduction="sum") / faces + (box * score).sum() / faces


LOSSES = {"window": window_loss, "detector": detector_loss}


class Teacher:
    """Says of a batch what a trained network (`ema.pt`) says, and how far a pupil is from that."""

    def __init__(self, path, task):
        network, config = mean_of_runs([path])
        if config["task"] != task:
            raise SystemExit(f"{path}: was trained for {config['task']}, a teacher for {task} is needed")
        self.network = network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
        self.size = self.network.size
        self.loss_of = LOSSES.get(task, local_loss)

    def check(self, network):
        """Ends the run where the pupil's outputs are not the teacher's."""
        if [output.get("elements") for output in network.outputs] != [output.get("elements") for output in self.network.outputs]:
            raise SystemExit("the teacher has other channels than the network of the configuration")
        if network.size[0] > self.size[0]:
            raise SystemExit(f"the teacher's input, {self.size}, is smaller than the network's, {network.size}")

    def loss(self, network, outputs, crops, targets):
        """`crops` have the teacher's size."""
        with torch.no_grad():
            taught = self.network(crops)
        return self.loss_of(network, [output.float() for output in outputs], taught, targets)
