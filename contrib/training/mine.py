#!/usr/bin/env python3
"""Finds windows without a face that the window network climbs to, for train.py's --hard-negatives.

  mine.py RUN/ema.pt --shards DIR... --out hard.npy [--count N]

The tracker follows the network's own correction, and on a picture without a face that walk looks for whatever is most like
one. So the walk is done here, on pictures without a face, and where it ends believing in one, the crop is kept.
"""
import argparse
import sys
from pathlib import Path

import numpy as np
import torch

from camera import crop, normalise
from negatives import Negatives, load_panoramas
from networks import mean_of_runs
from samples import corrected
from shards import Shards

PICTURE = 288


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--shards", nargs="+", required=True)
    parser.add_argument("--panoramas", type=Path, default=Path("../shared/assets/polyhaven_hdri"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    torch.set_num_threads(1)
    network = mean_of_runs([args.weights])[0].eval()
    rng = np.random.default_rng(args.seed)
    negatives = Negatives(Shards(args.shards), load_panoramas(args.panoramas), rng)
    size, kept, walks = network.size[0], [], 0
    while len(kept) < args.count:
        pictures = [np.clip(negatives.picture(PICTURE, PICTURE), 0, 255).astype(np.uint8) for _ in range(64)]
        windows = [(rng.uniform(0.25, 0.75, 2) * PICTURE, PICTURE * np.exp(rng.uniform(np.log(0.2), np.log(0.9))), rng.normal(0, 0.2)) for _ in pictures]
        walks += len(pictures)
        for _ in range(6):
            crops = np.stack([crop(picture, *window, size) for picture, window in zip(pictures, windows)])
            geometry = network(torch.from_numpy(normalise(crops / 255).astype(np.float32))[:, None])[0].numpy()
            for index, (centre, side, roll) in enumerate(windows):
                if geometry[index, 150] > -1:
                    kept.append(np.clip(crops[index], 0, 255).astype(np.uint8))
                centre, side, roll = corrected((centre, side, roll), geometry[index, 146:150])
                windows[index] = (np.clip(centre, 0, PICTURE), float(np.clip(side, 24, 1.3 * PICTURE)), roll)
        print(f"\r{len(kept)}/{args.count} kept of {walks} walks", end="", file=sys.stderr)
    print(file=sys.stderr)
    np.save(args.out, np.stack(kept[:args.count]))


if __name__ == "__main__":
    main()
