#!/usr/bin/env python3
"""Fits what the landmarks of all networks together say of the head's rotation and of the brows, for export.py.

  geometry.py --window RUN/ema.pt --eye RUN/ema.pt [RUN/ema.pt...] --mouth RUN/ema.pt --shards DIR... --out geometry.npz

The networks read generated faces as the tracker has them read: the window by its own correction, the crops at its landmarks.
Least squares then give two readings that are linear in the landmarks, so that export.py folds them into layers that are there:

- The rotation's two columns, from the landmarks of window, eyes and mouth. The local ones come from more pixels. Each network
  says its summand; that of the mirrored eye has the signs MIRRORED_COLUMNS.
- The brows, from seven heights and widths around each eye in the window, from the nose's length, which a nod changes as it changes
  them, and from nothing else: what moves along with a brow on generated faces does not on real ones.
"""
import argparse
import sys
from pathlib import Path

import numpy as np
import torch

from camera import Camera, crop, normalise
from losses import ABSOLUTE, WITHIN, centred
from networks import mean_of_runs
from samples import EYE_CROP, MOUTH_CROP, POINTS, Face, axes, corrected
from shards import BLENDSHAPES, MIRRORED_LANDMARKS, Shards

# A mirror image's rotation is F·R·F, F = diag(−1, 1, 1): the signs of the first two columns.
MIRRORED_COLUMNS = np.array([1, -1, -1, -1, 1, 1], np.float32)
# Noise on every landmark for which least squares are to hold, in their deviations: real faces are read worse than generated ones.
NOISE = 0.3
BROWS = ["browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight"]
# Brow from the nose outwards, then the eye: inner corner, upper lid, outer corner, lower lid.
LEFT = [22, 23, 24, 25, 26, 42, 43, 44, 45, 46, 47]


def heights(points):
    """8 × 140 matrix: what around an eye tells of its brow, from window landmarks. `points`: LEFT, or its mirror image."""
    rows = np.zeros((8, 70, 2))
    brow, (inner, lid1, lid2, outer, low1, low2) = points[:5], points[5:]
    corners = [inner, outer]

    def below(row, lower, upper):
        rows[row, lower, 1] += 1 / len(lower)
        rows[row, upper, 1] -= 1 / len(upper)

    below(0, corners, brow[:1])
    below(1, corners, brow[1:4])
    below(2, corners, brow[4:])
    below(3, [low1, low2], [lid1, lid2])
    below(4, corners, [lid1, lid2])
    below(5, [low1, low2], corners)
    side = 1 if points is LEFT else -1
    rows[6, brow[0], 0] += side
    rows[6, corners, 0] -= side / 2
    below(7, [33], list(range(36, 48)))
    return rows.reshape(8, 140)


@torch.no_grad()
def answers(networks, shards, count, seed):
    """Landmarks (window 140 and correction 4, left and mirrored right eye, mouth) of the first `count` faces, and the truth."""
    rng = np.random.default_rng(seed)
    camera = Camera(rng)
    said = {name: [] for name in ("window", "eye", "mouth", "rotation", "weights", "person")}
    window, eye, mouth = networks

    def geometry(faces, places):
        crops = [camera.expose(crop(face.image, *place, window.size[0], border=face.border)) for face, place in zip(faces, places)]
        return window(torch.from_numpy(normalise(np.stack(crops).astype(np.float32)))[:, None])[0].numpy()

    def points(network, faces, crops, recipe, mirrored):
        images = []
        for face, landmarks, (_, side, roll) in zip(faces, *crops):
            side = side * recipe["side"]
            centre = landmarks.mean(0) + axes(roll)[1] * recipe["offset"] * side
            images.append(camera.expose(crop(face.image, centre, side, roll, *network.size[::-1], mirrored=mirrored, border=face.border)))
        x = torch.from_numpy(normalise(np.stack(images).astype(np.float32)))[:, None]
        return network.points(torch.relu(network.hidden(network.trunk(x).flatten(1)))).numpy()

    for start in range(0, count, 64):
        indices = range(start, min(start + 64, count))
        mirrored = {person: rng.random() < 0.5 for person in np.unique(shards.person[indices])}
        faces = [Face(shards, index, camera, rng, mirrored=mirrored[shards.person[index]]) for index in indices]
        places = [corrected((face.centre, face.side, face.roll), rng.normal(0, [0.04, 0.04, 0.06, 0.06])) for face in faces]
        places = [corrected(place, row[146:150]) for place, row in zip(places, geometry(faces, places))]
        rows = geometry(faces, places)
        local = [corrected(place, row[146:150]) for place, row in zip(places, rows)]
        frame = []
        for (centre, side, roll), row in zip(places, rows):
            right, down = axes(roll)
            xy = row[:140].reshape(70, 2) * side / 2
            frame.append(centre + xy[:, :1] * right + xy[:, 1:] * down)
        said["window"].append(np.concatenate([rows[:, :140], rows[:, 146:150]], 1))
        eyes = [points(eye, faces, ([xy[EYE_CROP[name]] for xy in frame], local), EYE_CROP, name == "right") for name in ("left", "right")]
        said["eye"].append(np.stack(eyes, 1))
        said["mouth"].append(points(mouth, faces, ([xy[MOUTH_CROP["landmarks"]] for xy in frame], local), MOUTH_CROP, False))
        for face, (_, _, roll) in zip(faces, places):
            c, s = np.cos(-roll), np.sin(-roll)
            turned = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ face.rotation
            said["rotation"].append(turned[:, :2].T.ravel()[None])
            said["weights"].append(face.weights[None])
            said["person"].append([face.person])
        if sys.stderr.isatty():
            print(f"\r{start + len(indices)}/{count} faces", end="" if start + 64 < count else "\n", file=sys.stderr)
    return {name: np.concatenate(rows) for name, rows in said.items()}


def mirrored_answers(said):
    """The same faces in a mirror, so that the fit knows no side."""
    def flip(rows, order):
        return (rows.reshape(len(rows), -1, 2)[:, order] * [-1, 1]).reshape(len(rows), -1)

    mouth = [list(POINTS["mouth"]).index(point) for point in MIRRORED_LANDMARKS[POINTS["mouth"]]]
    window = np.concatenate([flip(said["window"][:, :140], MIRRORED_LANDMARKS), said["window"][:, 140:] * [-1, 1, 1, -1]], 1)
    return {"window": window, "eye": said["eye"][:, ::-1], "mouth": flip(said["mouth"], mouth), "rotation": said["rotation"] * MIRRORED_COLUMNS,
            "person": said["person"] + said["person"].max() + 1}


def least_squares(x, y, person, noise):
    """Matrix and intercept of y from x (n rows) that err least, plainly and within persons, with noise of so many deviations on x."""
    deviation = x.std(0) + 1e-6
    spread = (x - x.mean(0)) / deviation
    within, moved = centred(spread, person), y - y.mean(0)
    left = ABSOLUTE * spread.T @ spread + WITHIN * within.T @ within + noise ** 2 * (ABSOLUTE + WITHIN) * len(x) * np.eye(x.shape[1])
    right = ABSOLUTE * spread.T @ moved + WITHIN * within.T @ centred(moved, person)
    matrix = (np.linalg.solve(left, right) / deviation[:, None]).T
    return matrix, y.mean(0) - matrix @ x.mean(0)


def fit_rotation(said):
    both = [said, mirrored_answers(said)]
    window, eye, mouth, target, person = (np.concatenate([part[name] for part in both]) for name in ("window", "eye", "mouth", "rotation", "person"))
    result = {"window": np.zeros((6, window.shape[1])), "eye": np.zeros((6, eye.shape[2])), "mouth": np.zeros((6, mouth.shape[1])), "bias": np.zeros(6)}
    for sign in (1, -1):
        rows = MIRRORED_COLUMNS == sign
        x = np.concatenate([window, eye[:, 0] + sign * eye[:, 1], mouth], 1)
        matrix, result["bias"][rows] = least_squares(x, target[:, rows], person, NOISE)
        result["window"][rows], result["eye"][rows], result["mouth"][rows] = np.split(matrix, np.cumsum([window.shape[1], eye.shape[2]]), 1)
    return result


def fit_brows(said):
    """Matrix (5 × 140) and intercept of the brows' weights from the window's landmarks."""
    landmarks, weights, person = said["window"][:, :140], said["weights"], said["person"]
    around = {"Left": heights(LEFT), "Right": heights([int(point) for point in MIRRORED_LANDMARKS[LEFT]])}
    x = np.concatenate([landmarks @ rows.T for rows in around.values()])
    person = np.concatenate([2 * person, 2 * person + 1])
    matrix, bias = np.zeros((5, 140)), np.zeros(5)
    for base in ("browDown", "browOuterUp", "browInnerUp"):
        names = ["browInnerUp"] * 2 if base == "browInnerUp" else [base + side for side in around]
        y = np.concatenate([weights[:, BLENDSHAPES.index(name)] for name in names])
        fitted, offset = least_squares(x, y[:, None], person, 0.03)
        for name, rows in zip(names, around.values()):
            share = 1 / names.count(name)
            matrix[BROWS.index(name)] += share * (fitted @ rows)[0]
            bias[BROWS.index(name)] += share * offset[0]
    return matrix, bias


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("window", "eye", "mouth"):
        parser.add_argument(f"--{name}", type=Path, nargs="+", required=True, help="weights (ema.pt); of several the mean")
    parser.add_argument("--shards", nargs="+", required=True)
    parser.add_argument("--faces", type=int, default=24000)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    networks = [mean_of_runs(paths)[0].eval() for paths in (args.window, args.eye, args.mouth)]
    shards = Shards(args.shards)
    said = answers(networks, shards, min(args.faces, len(shards)), args.seed)
    rotation = fit_rotation(said)
    brows, brow_bias = fit_brows(said)
    np.savez(args.out, **{f"rotation_{name}": value.astype(np.float32) for name, value in rotation.items()},
             brows=brows.astype(np.float32), brow_bias=brow_bias.astype(np.float32))
    moved = centred(said["weights"][:, [BLENDSHAPES.index(name) for name in BROWS]], said["person"])
    read = centred(said["window"][:, :140] @ brows.T, said["person"])
    print("brows within persons", " ".join(f"{name} {np.corrcoef(a, b)[0, 1]:.3f}" for name, a, b in zip(BROWS, moved.T, read.T)))


if __name__ == "__main__":
    main()
