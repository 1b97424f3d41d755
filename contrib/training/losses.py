"""Losses and validation figures, one pair a task. Squared errors are scaled by each channel's own deviation and never
clamped: a clamp takes the gradient from exactly the rare, active samples."""
import numpy as np
import torch
import torch.nn.functional as F


# Shares of the plain squared error and of the one that forgives each person an offset.
ABSOLUTE, WITHIN = 0.3, 1.0


def rotation_from_columns(six):
    """Two columns → a rotation matrix by Gram–Schmidt (Zhou et al. 2019, "On the Continuity of Rotation Representations")."""
    a = F.normalize(six[:, :3], dim=1)
    b = six[:, 3:]
    b = F.normalize(b - (a * b).sum(1, keepdim=True) * a, dim=1)
    return torch.stack([a, b, torch.cross(a, b, dim=1)], 2)


def angle(a, b):
    trace = (a.transpose(1, 2) @ b).diagonal(dim1=1, dim2=2).sum(1)
    return torch.rad2deg(torch.acos(((trace - 1) / 2).clamp(-1, 1)))


def within_person(error, person):
    """Squared error (n, k) after each person's mean error is taken off: what an offset of the face can't explain.

    A single picture can't tell a low brow from a lowered one; with the offset free, the network may use all of the brow's
    height, and the person's zero point is calibration's business. Persons with one picture count nothing.
    """
    _, group = person.unique(return_inverse=True)
    count = torch.bincount(group).to(error.dtype)
    mean = torch.zeros(len(count), error.shape[1], dtype=error.dtype).index_add(0, group, error) / count[:, None]
    share = (count / (count - 1).clamp(min=1))[group] * (count > 1)[group] * (person >= 0)
    return (error - mean[group]) ** 2 * share[:, None]


def window_loss(network, outputs, targets):
    geometry, expression = outputs
    valid = targets["valid"]
    count = valid.sum().clamp(min=1)

    def mean(per_sample):
        return (per_sample * valid).sum() / count

    person = torch.where(valid > 0, targets["person"], -1)
    error = (expression - targets["weights"]) / network.expression.deviation
    weights = mean(ABSOLUTE * (error ** 2).mean(1) + WITHIN * within_person(error, person).mean(1))
    error = (rotation_from_columns(geometry[:, 140:146]) - targets["rotation"]).flatten(1)
    rotation = mean(ABSOLUTE * (error ** 2).sum(1) + WITHIN * within_person(error, person).sum(1))
    landmarks = mean(F.smooth_l1_loss(geometry[:, :140], targets["landmarks"], beta=0.05, reduction="none").mean(1))
    correction = mean(F.smooth_l1_loss(geometry[:, 146:150], targets["correction"], beta=0.05, reduction="none").mean(1))
    confidence = F.binary_cross_entropy_with_logits(geometry[:, 150], targets["confidence"])
    return 0.5 * weights + 1.0 * rotation + 20 * landmarks + 8 * correction + 0.5 * confidence


def local_loss(network, outputs, targets):
    error = (outputs[0] - targets["weights"]) / network.weights.deviation
    points = F.smooth_l1_loss(outputs[1].float(), targets["points"], beta=0.05)
    return ABSOLUTE * (error ** 2).mean() + WITHIN * within_person(error, targets["person"]).mean() + 20 * points


def detector_loss(network, outputs, targets):
    out, target = outputs[0], targets["map"]
    score, mask, boxes = target[:, 0], target[:, 1], target[:, 2:]
    probability = torch.sigmoid(out[:, 0])
    hard = torch.where(score > 0.5, 1 - probability, probability) ** 1.5
    focal = F.binary_cross_entropy_with_logits(out[:, 0], score, reduction="none") * hard * mask * torch.where(score > 0.5, 3.0, 1.0)
    box = F.smooth_l1_loss(out[:, 1:], boxes, beta=0.1, reduction="none").mean(1) * score
    return focal.sum() / score.sum().clamp(min=1) + box.sum() / score.sum().clamp(min=1)


LOSSES = {"window": window_loss, "eye": local_loss, "mouth": local_loss, "brow": local_loss, "detector": detector_loss}


def centred(values, person):
    """Values (n, k) minus their person's mean."""
    group = np.unique(person, return_inverse=True)[1]
    sums = np.zeros((group.max() + 1, values.shape[1]))
    np.add.at(sums, group, values)
    return values - (sums / np.bincount(group)[:, None])[group]


def correlations(names, predicted, truth, person):
    """Pearson correlation of each channel that moves, within persons: as a clip shows it."""
    if len(np.unique(person)) < len(person):
        predicted, truth = centred(predicted, person), centred(truth, person)
    result = {}
    for index, name in enumerate(names):
        if truth[:, index].std() > 0.02:
            result[name] = float(np.corrcoef(predicted[:, index], truth[:, index])[0, 1])
    return result


def figures(task, network, outputs, targets):
    """Validation figures by name, from concatenated tensors."""
    if task == "window":
        geometry, expression = outputs
        names = network.outputs[-1]["elements"]
        result = correlations(names, expression.numpy(), targets["weights"].numpy(), targets["person"].numpy())
        result["mean"] = float(np.mean(list(result.values())))
        result["rotation_degrees"] = float(angle(rotation_from_columns(geometry[:, 140:146]), targets["rotation"]).mean())
        error = (geometry[:, :140] - targets["landmarks"]).reshape(-1, 70, 2)
        result["landmarks_px"] = float(error.norm(dim=2).mean() * network.size[0] / 2)
        result["correction"] = float((geometry[:, 146:150] - targets["correction"]).abs().mean())
        return result
    if task == "detector":
        out, target = outputs[0], targets["map"]
        positive, negative = target[:, 0] > 0.5, (target[:, 0] < 0.5) & (target[:, 1] > 0.5)
        probability = torch.sigmoid(out[:, 0])
        error = (out[:, 1:] - target[:, 2:]).abs()
        return {
            "recall_at_0.5": float((probability[positive] > 0.5).float().mean()),
            "false_cells_at_0.5": float((probability[negative] > 0.5).float().mean()),
            "log_side_error": float(error[:, 2][positive].mean()), "centre_cells": float(error[:, :2].mean(1)[positive].mean()),
            "mean": float((probability[positive] > 0.5).float().mean() - (probability[negative] > 0.5).float().mean()),
        }
    result = correlations(network.outputs[0]["elements"], outputs[0].numpy(), targets["weights"].numpy(), targets["person"].numpy())
    result["mean"] = float(np.mean(list(result.values())))
    return result
