"""Shards of the face generator: folders of .npy files as `gurn generate` writes them, memory-mapped.

Units: pixels of the patch, x to the right, y down, pixel centres at +0.5; roll in radians, counter-clockwise in the image;
rotations are unit quaternions x, y, z, w from the head to the camera-facing frame (x right, y up, z to the camera).
"""
from pathlib import Path

import numpy as np

BLENDSHAPES = """browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft
cheekSquintRight eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight eyeLookInLeft eyeLookInRight eyeLookOutLeft
eyeLookOutRight eyeLookUpLeft eyeLookUpRight eyeSquintLeft eyeSquintRight eyeWideLeft eyeWideRight jawForward jawLeft jawOpen
jawRight mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight mouthFunnel mouthLeft mouthLowerDownLeft
mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker mouthRight mouthRollLower mouthRollUpper mouthShrugLower
mouthShrugUpper mouthSmileLeft mouthSmileRight mouthStretchLeft mouthStretchRight mouthUpperUpLeft mouthUpperUpRight
noseSneerLeft noseSneerRight tongueOut""".split()

FIELDS = ("patch", "alpha", "weights", "rotation", "landmarks", "window")

# The landmark that stands on the other side of the face, for each of the 68 of Multi-PIE and the two irises.
MIRRORED_LANDMARKS = np.array(
    list(range(16, -1, -1)) + list(range(26, 16, -1)) + [27, 28, 29, 30, 35, 34, 33, 32, 31]
    + [45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40]
    + [54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65] + [69, 68])


def mirrored_name(name):
    if name.endswith("Left"):
        return name[:-4] + "Right"
    return name[:-5] + "Left" if name.endswith("Right") else name


MIRRORED_BLENDSHAPES = np.array([BLENDSHAPES.index(mirrored_name(name)) for name in BLENDSHAPES])


class Shards:
    """Several shards behind one index. Only the patches stay on disk; the labels are held in memory."""

    def __init__(self, folders):
        folders = [Path(folder) for folder in folders]
        if not folders:
            raise SystemExit("no shards: name at least one folder that `gurn generate` wrote")
        self.arrays = {name: [] for name in FIELDS}
        negatives, persons, known = [], [], 0
        for folder in folders:
            for name in FIELDS:
                path = folder / f"{name}.npy"
                if not path.exists():
                    raise SystemExit(f"{path}: missing; is {folder} a shard of `gurn generate`?")
                lazy = name in ("patch", "alpha")
                self.arrays[name].append(np.load(path, mmap_mode="r" if lazy else None))
            count = len(self.arrays["window"][-1])
            path = folder / "person.npy"
            person = np.unique(np.load(path).ravel(), return_inverse=True)[1] if path.exists() else np.arange(count)
            persons.append(person + known)
            known += person.max(initial=-1) + 1
            if (folder / "negative.npy").exists():
                negatives.append(np.load(folder / "negative.npy", mmap_mode="r"))
        counts = [len(array) for array in self.arrays["window"]]
        self.starts = np.concatenate([[0], np.cumsum(counts)])
        self.labels = {name: np.concatenate(self.arrays[name]) for name in FIELDS if name not in ("patch", "alpha")}
        # Faces of one person share a number.
        self.person = np.concatenate(persons)
        self.negatives = negatives
        self.negative_count = sum(len(array) for array in negatives)

    def __len__(self):
        return int(self.starts[-1])

    def by_person(self, rng):
        """All indices in random order, the faces of a person side by side."""
        keys = rng.random(self.person.max() + 1)[self.person]
        return np.lexsort((rng.random(len(keys)), keys))

    def _lazy(self, name, index):
        shard = int(np.searchsorted(self.starts, index, side="right")) - 1
        return self.arrays[name][shard][index - self.starts[shard]]

    def patch(self, index):
        return self._lazy("patch", index)

    def alpha(self, index):
        return self._lazy("alpha", index)

    def negative(self, index):
        for array in self.negatives:
            if index < len(array):
                return array[index]
            index -= len(array)
        raise IndexError(index)
