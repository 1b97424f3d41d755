#!/usr/bin/env python3
"""Exports a trained network to ONNX with the description that `gurn model import` reads.

  export.py RUN/ema.pt [RUN/ema.pt...] OUT.onnx [--validation DIR]

A network that is not sure of a channel moves it less than the face does. With --validation each weight is multiplied so that it
moves as far on those faces, within persons, as their labels do, at most 1.5 times. Of several runs of one network, one begun from another, the mean of their weights is exported. Batch normalisation and output
scales are folded; the metadata key `gurn` names the outputs, their units and the crops.
"""
import argparse
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch

from losses import centred
from networks import NETWORKS, Scaled
from train import validation_set

GREATEST_GAIN = 1.5


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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    parser.add_argument("--validation", type=Path, help="faces by which to match how far the weights move")
    parser.add_argument("--panoramas", type=Path, default=Path("../shared/assets/polyhaven_hdri"))
    args = parser.parse_args()
    runs = [torch.load(path, weights_only=False) for path in args.weights]
    saved = runs[-1]
    task = saved["config"]["task"]
    network = NETWORKS[task](**saved["config"]["network"])
    network.load_state_dict({name: torch.stack([run["network"][name].double() for run in runs]).mean(0) for name in saved["network"]})
    network.eval()
    for name, module in list(network.named_children()):
        if isinstance(module, Scaled):
            setattr(network, name, module.folded())
    if args.validation:
        gains = spread_gains(network, saved["config"], args.validation, args.panoramas)
        last = network.expression if task == "window" else network.weights
        last.weight.data *= gains[:, None]
        last.bias.data *= gains
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, (torch.zeros(1, 1, *network.size),), str(args.out), input_names=["luma"],
                          output_names=network.tensors, opset_version=17, dynamo=False)
    model = onnx.load(str(args.out))
    description = {"name": task, "normalization": network.normalization, "outputs": network.outputs}
    if hasattr(network, "crop"):
        description["crops"] = crops(network.crop)
    entry = model.metadata_props.add()
    entry.key, entry.value = "gurn", json.dumps(description)
    model.producer_name, model.producer_version = "gurn", ""
    onnx.save(model, str(args.out))
    print(f"{args.out}: {task}, {args.out.stat().st_size} bytes, {sorted({node.op_type for node in model.graph.node})}")


if __name__ == "__main__":
    main()
