#!/usr/bin/env python3
"""Writes a network's card from its run: size, cost, data, validation figures, SHA-256.

  card.py RUN/ema.pt NAME.onnx Models/full/NAME.gurn [--matched] [--geometry] > Models/full/NAME.md

NAME.onnx is what export.py wrote and `gurn model import` read. --matched says that it matched the weights' spread (its
--validation), --geometry that it folded in what geometry.py fitted.
"""
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch

from networks import NETWORKS, multiply_adds

LIMITS = {
    "detector": "One face is followed: the best cell wins. Trained on windows of 11 to 92 of the input's 128 pixels.",
    "window": "Trained to 65° of yaw, 42° of pitch, 40° of roll; beyond, confidence falls. Lids and mouth are read far better by the local networks.",
    "eye": "Squint and frown are the weakest; gaze trained to 30° sideways, 24° up and down.",
    "brow": "A crop of both brows, 0.2 cm a pixel: too coarse for small moves; not part of a shipped set.",
    "mouth": "Presses, shrugs, the upper lip's roll and the jaw's sideways and forward moves are hardly read; pucker has a tenth of its size.",
}


def main():
    saved = torch.load(sys.argv[1], weights_only=False)
    task, figures = saved["config"]["task"], saved["figures"]
    model, flags = Path(sys.argv[3]), sys.argv[4:]
    network = NETWORKS[task](**saved["config"]["network"])
    configuration = f"configs/lite/{task}.toml --teacher" if "teacher" in saved["config"] else f"configs/{task}.toml"
    print(f"# {model.name}\n")
    print((type(network).__doc__ or f"{task}: a crop → the weights of its channels.").strip().split("\n")[0] + "\n")
    print("| | |\n| --- | --- |")
    print(f"| input | luma {network.size[1]}×{network.size[0]}, mean and deviation removed |")
    print(f"| multiply-adds | {multiply_adds(network) / 1e6:.1f} million an image |")
    model_file = onnx.load(sys.argv[2])
    weights = sum(int(np.prod(tensor.dims)) for tensor in model_file.graph.initializer)
    print(f"| weights | {weights:,} in half precision, {model.stat().st_size:,} bytes |")
    print("| data | faces of Gurn's own generator (`gurn generate`), re-cropped with the tracker's errors at every step |")
    print(f"| training | `train.py {configuration}`, {saved.get('steps', '—')} steps of {saved['config']['batch']} faces, seed {saved['config']['seed']} |")
    if "--geometry" in flags:
        folded = "two thirds of the rotation, the brows" if task == "window" else "a summand of the rotation"
        print(f"| from landmarks | {folded}: linear in the landmarks, fitted on generated faces (`geometry.py`) |")
    if "--matched" in flags:
        print("| spread | each weight moves as far within persons as the labels do, at most 1.5 times what was trained (`export.py --validation`) |")
    for entry in model_file.metadata_props:
        if entry.key == "calibration":
            fit = json.loads(entry.value)
            print(f"| calibration | the score's logit times {fit['scale']:.2f} {fit['bias']:+.2f} (`calibration.py`); distance of score and share of "
                  f"faces, mean over {fit['frames']} other frames: {fit['error_before']:.3f} → {fit['error']:.3f} |")
    print(f"| limits | {LIMITS[task]} |")
    print(f"| SHA-256 | `{hashlib.sha256(model.read_bytes()).hexdigest()}` |\n")
    print("Figures on generated faces that were not trained on (correlation unless named otherwise):\n")
    print("| figure | value |\n| --- | --- |")
    for name, value in sorted(figures.items(), key=lambda item: (item[0] in network.outputs[-1].get("elements", []), item[0])):
        print(f"| {name} | {value:.3f} |")


if __name__ == "__main__":
    main()
