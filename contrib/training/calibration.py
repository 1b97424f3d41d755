"""Platt's scaling of the detector's score (Platt 1999, "Probabilistic Outputs for Support Vector Machines").

Trained with a focal loss that weighs faces thrice, its logistic is not how often it is right; an affine map of the logit makes it so and
costs nothing, as the last layer takes it in. Fitted on the best cell of frames with none, one or two generated faces.
"""
import numpy as np
import torch

from detection import FrameSampler
from negatives import load_panoramas
from shards import Shards

FRAMES = 3000
BINS = np.linspace(0, 1, 11)


@torch.no_grad()
def candidates(network, shards, panoramas, seed):
    """Of each frame the best cell's logit, and whether it lies on a face (1) or not (0)."""
    sampler, logits, faces = FrameSampler(shards, load_panoramas(panoramas), seed), [], []
    for _ in range(FRAMES // 100):
        images, targets = sampler.batch(100)
        scores = network(torch.from_numpy(images))[0][:, 0].flatten(1)
        best = scores.argmax(1)
        logits.append(scores.gather(1, best[:, None])[:, 0])
        # Beside a face's cells lies a ring that no loss looks at: it is still that face.
        score, mask = (torch.from_numpy(targets["map"][:, row]).flatten(1).gather(1, best[:, None])[:, 0] for row in (0, 1))
        faces.append(((score > 0.5) | (mask < 0.5)).float())
    return torch.cat(logits), torch.cat(faces)


def calibration_error(probability, faces):
    """The mean distance of score and share of faces over ten bins, weighed by how many fall in (Naeini et al. 2015)."""
    bin_of = np.clip(np.digitize(probability, BINS) - 1, 0, len(BINS) - 2)
    error = 0
    for index in range(len(BINS) - 1):
        chosen = bin_of == index
        if chosen.any():
            error += chosen.mean() * abs(probability[chosen].mean() - faces[chosen].mean())
    return float(error)


def fit(logits, faces):
    """Scale and bias of the logit with the greatest likelihood."""
    parameters = torch.tensor([1.0, 0.0], requires_grad=True)
    optimizer = torch.optim.LBFGS([parameters], max_iter=100, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(parameters[0] * logits + parameters[1], faces)
        value.backward()
        return value

    optimizer.step(loss)
    return tuple(parameters.tolist())


def calibrate(network, folder, panoramas):
    """Folds the map into the score's channel. Returns scale, bias and the error on other frames, before and after."""
    shards = Shards([folder])
    scale, bias = fit(*candidates(network, shards, panoramas, 11))
    logits, faces = candidates(network, shards, panoramas, 12)
    errors = [calibration_error(torch.sigmoid(values).numpy(), faces.numpy()) for values in (logits, scale * logits + bias)]
    network.head.weight.data[0] *= scale
    network.head.bias.data[0] = scale * network.head.bias.data[0] + bias
    result = {"scale": scale, "bias": bias, "error_before": errors[0], "error": errors[1], "frames": len(faces)}
    print("calibration", result)
    return result
