#!/usr/bin/env python3
"""Exports a trained network to ONNX with the description that `gurn model import` reads.

  export.py RUN/ema.pt [RUN/ema.pt...] OUT.onnx [--validation DIR] [--geometry geometry.npz]

With --validation the detector's score is calibrated (`calibration.py`): of candidates with a score of 0.8, four in five are faces.
The other networks, where they are not sure of a channel, move it less than the face does: with --validation each weight is multiplied
so that it moves as far on those faces, within persons, as their labels do, at most 1.5 times. With --geometry the readings that
geometry.py fitted to the landmarks are folded in: a share of the rotation and, in the window network, the brows. Of several runs of
one network, one begun from another, the mean of their weights is exported. Batch normalisation and output scales are folded; the
metadata key `gurn` names the outputs, their units and the crops, `calibration` what was fitted.
"""
import argparse
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch

from calibration import calibrate
from geometry import BROWS
from losses import centred
from networks import Scaled, mean_of_runs
from shards import BLENDSHAPES
from train import validation_set

GREATEST_GAIN = 1.5
# The share of the rotation that all landmarks say; the rest is the window network's own.
GEOMETRY_SHARE = 2 / 3
# What is added to a reading that passes a layer of ReLU, and taken off behind it. Brows, as weights, stay far above −1.5.
PASSAGE = 1.5


def crops(recipe):
    """The crops of a recipe of samples.py: one, or the left and the mirrored right one."""
    sides = [recipe["left"], recipe["right"]] if "left" in recipe else [recipe["landmarks"]]
    return [{"landmarks": landmarks, "side": recipe["side"], "offset": recipe["offset"], "mirrored": index == 1}
            for index, landmarks in enumerate(sides)]


def spread_gains(network, config, folder, panoramas):
    """For each weight the labels' deviation within persons over the network's, 1 to GREATEST_GAIN."""
    images, targets = validation_set(config, folder, panoramas, 1600)
    with torch.no_grad():
        predicted = torch.cat([network(images[i:i + 128])[-1] for i in range(0, len(images), 128)]).numpy()
    names, person = network.outputs[-1]["elements"], targets["person"].numpy()
    truth = targets["weights"].numpy()
    known = person >= 0
    moved, moves = (centred(values[known], person[known]).std(0) for values in (predicted, truth))
    gains = np.clip(moves / moved, 1, GREATEST_GAIN)
    print("gains", " ".join(f"{name} {gain:.2f}" for name, gain in zip(names, gains)))
    return torch.from_numpy(gains).float()


def widened(layer, weight, bias):
    """A linear layer with further rows."""
    wide = torch.nn.Linear(layer.in_features, layer.out_features + len(bias))
    wide.weight.data, wide.bias.data = torch.cat([layer.weight, weight]).data, torch.cat([layer.bias, bias]).data
    return wide


def fold_into_window(network, readings):
    """Takes its share of the window's rotation from the landmarks, and the brows' weights."""
    weight, bias = network.geometry.weight.data, network.geometry.bias.data
    told, rows = [*range(140), *range(146, 150)], slice(140, 146)
    matrix = readings["rotation_window"]
    weight[rows] = GEOMETRY_SHARE * (matrix @ weight[told]) + (1 - GEOMETRY_SHARE) * weight[rows]
    bias[rows] = GEOMETRY_SHARE * (matrix @ bias[told] + readings["rotation_bias"]) + (1 - GEOMETRY_SHARE) * bias[rows]
    # The brows go through the hidden layer of the weights: units that are never negative.
    last, first = network.expression, network.hidden2.out_features
    brows = readings["brows"]
    network.hidden2 = widened(network.hidden2, brows @ weight[:140], brows @ bias[:140] + readings["brow_bias"] + PASSAGE)
    chosen = [BLENDSHAPES.index(name) for name in BROWS]
    network.expression = torch.nn.Linear(first + len(BROWS), last.out_features)
    network.expression.weight.data = torch.cat([last.weight.data, torch.zeros(last.out_features, len(BROWS))], 1)
    network.expression.bias.data = last.bias.data.clone()
    network.expression.weight.data[chosen] = 0
    network.expression.weight.data[chosen, torch.arange(first, first + len(BROWS))] = 1
    network.expression.bias.data[chosen] = -PASSAGE


def fold_into_local(network, matrix):
    """Lets the network say its summand of the rotation besides its weights."""
    count = network.weights.out_features
    matrix = GEOMETRY_SHARE * matrix
    network.weights = widened(network.weights, matrix @ network.points.weight.data, matrix @ network.points.bias.data)
    network.outputs = [*network.outputs, {"name": "rotation", "unit": "columns, summand", "tensor": "weights", "range": [count, count + 6]}]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    parser.add_argument("--validation", type=Path, help="faces by which to match how far weights move, or how sure the detector is")
    parser.add_argument("--geometry", type=Path, help="what geometry.py fitted to the landmarks of these very weights")
    parser.add_argument("--panoramas", type=Path, default=Path("../shared/assets/polyhaven_hdri"))
    args = parser.parse_args()
    network, config = mean_of_runs(args.weights)
    network.eval()
    task = config["task"]
    for name, module in list(network.named_children()):
        if isinstance(module, Scaled):
            setattr(network, name, module.folded())
    readings = {name: torch.from_numpy(value) for name, value in np.load(args.geometry).items()} if args.geometry else None
    if readings and task == "window":
        fold_into_window(network, readings)
    calibration = calibrate(network, args.validation, args.panoramas) if args.validation and task == "detector" else None
    if args.validation and task != "detector":
        gains = spread_gains(network, config, args.validation, args.panoramas)
        last = network.expression if task == "window" else network.weights
        last.weight.data *= gains[:, None]
        last.bias.data *= gains
    if readings and f"rotation_{task}" in readings and task != "window":
        fold_into_local(network, readings[f"rotation_{task}"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, (torch.zeros(1, 1, *network.size),), str(args.out), input_names=["luma"],
                          output_names=network.tensors, opset_version=17, dynamo=False)
    model = onnx.load(str(args.out))
    description = {"name": task, "normalization": network.normalization, "outputs": network.outputs}
    if hasattr(network, "crop"):
        description["crops"] = crops(network.crop)
    metadata = {"gurn": json.dumps(description)} | ({"calibration": json.dumps(calibration)} if calibration else {})
    for key, value in metadata.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    model.producer_name, model.producer_version = "gurn", ""
    onnx.save(model, str(args.out))
    print(f"{args.out}: {task}, {args.out.stat().st_size} bytes, {sorted({node.op_type for node in model.graph.node})}")


if __name__ == "__main__":
    main()
