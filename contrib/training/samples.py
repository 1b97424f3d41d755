"""What each network reads and must say: crops with the tracker's errors, and their targets."""
import cv2
import numpy as np

from camera import Camera, crop, normalise
from negatives import Negatives
from shards import BLENDSHAPES, MIRRORED_BLENDSHAPES, MIRRORED_LANDMARKS

# One eye, as channel names without their side; browInnerUp has none.
EYE_CHANNELS = ("eyeBlink eyeSquint eyeWide eyeLookIn eyeLookOut eyeLookUp eyeLookDown browDown browInnerUp browOuterUp").split()
MOUTH_CHANNELS = [name for name in BLENDSHAPES if name.startswith(("jaw", "mouth", "cheek", "nose", "tongue"))]
MOUTH_INDEX = np.array([BLENDSHAPES.index(name) for name in MOUTH_CHANNELS])

# Where the local crops lie: the mean of these landmarks, moved along the crop's down axis by `offset` of its side; the side is
# a fraction of the window's. The model files carry them.
EYE_CROP = {"left": list(range(42, 48)), "right": list(range(36, 42)), "side": 0.38, "offset": -0.35}
MOUTH_CROP = {"landmarks": list(range(48, 60)), "side": 0.46, "offset": 0.02}
# Corners of the eyes: they stay when lids and brows move. Both brows fit with room to rise.
BROW_CROP = {"landmarks": [36, 39, 42, 45], "side": 0.74, "offset": -0.1}
BROW_CHANNELS = """browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight eyeSquintLeft eyeSquintRight
eyeWideLeft eyeWideRight cheekSquintLeft cheekSquintRight noseSneerLeft noseSneerRight""".split()
BROW_INDEX = np.array([BLENDSHAPES.index(name) for name in BROW_CHANNELS])


# Landmarks that a network with a crop learns besides: they teach it faster than weights do, and are not exported.
LEFT_EYE_POINTS = [*range(22, 27), *range(42, 48), 68]
POINTS = {
    "left": np.array(LEFT_EYE_POINTS), "right": MIRRORED_LANDMARKS[LEFT_EYE_POINTS],
    "mouth": np.array([*range(3, 14), *range(31, 36), *range(48, 68)]), "brow": np.array([*range(17, 31), *range(36, 48)])}

# Crops with both sides of the face in them.
WHOLE_CROPS = {"mouth": (MOUTH_CROP, MOUTH_INDEX), "brow": (BROW_CROP, BROW_INDEX)}


def eye_index(side):
    return np.array([BLENDSHAPES.index(name if name == "browInnerUp" else name + side) for name in EYE_CHANNELS])


EYE_INDEX = {"left": eye_index("Left"), "right": eye_index("Right")}


def rotation_matrix(q):
    x, y, z, w = q
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]], np.float32)


def axes(roll):
    return np.array([np.cos(roll), -np.sin(roll)]), np.array([np.sin(roll), np.cos(roll)])


def corrected(place, correction):
    """A window (centre, side, roll) moved by the window network's correction of it, as the tracker moves it."""
    (centre, side, roll), (dx, dy, dlog, droll) = place, np.clip(correction, -0.6, 0.6)
    right, down = axes(roll)
    return centre + (right * dx + down * dy) * side, side * np.exp(dlog), roll + droll


class Face:
    """A generated face after the camera: image, window and landmarks in its own pixels, labels; perhaps mirrored."""

    def __init__(self, shards, index, camera, rng, clean=False, mirrored=False, region=None):
        """`region`, landmarks and a recipe, leaves only what a crop there can show: the camera has less to do."""
        window = shards.labels["window"][index].astype(np.float64)
        patch, corner = shards.patch(index), np.zeros(2)
        landmarks = shards.labels["landmarks"][index]
        if region is not None:
            side = min(len(patch), int(window[2] * region[1]["side"] * 1.9) + 8)
            middle = landmarks[region[0]].mean(0) + axes(window[3])[1] * region[1]["offset"] * region[1]["side"] * window[2]
            corner = np.clip((middle - side / 2).round(), 0, len(patch) - side).astype(int)
            patch = patch[corner[1]:corner[1] + side, corner[0]:corner[0] + side]
        patch = np.ascontiguousarray(patch)
        self.image, self.scale = (patch, 1.0) if clean else camera.capture(patch, window[2])
        self.centre, self.side, self.roll = (window[:2] - corner) * self.scale, window[2] * self.scale, window[3]
        self.landmarks = ((landmarks - corner) * self.scale).astype(np.float32)
        self.weights = shards.labels["weights"][index]
        self.rotation = rotation_matrix(shards.labels["rotation"][index])
        self.border = cv2.BORDER_REFLECT_101 if rng.random() < 0.7 else cv2.BORDER_REPLICATE
        self.person = int(shards.person[index]) * 2 + int(mirrored)
        if mirrored:
            self.mirror()

    def mirror(self):
        width = self.image.shape[1]
        self.image = np.ascontiguousarray(self.image[:, ::-1])
        self.centre = np.array([width - self.centre[0], self.centre[1]])
        self.roll = -self.roll
        self.landmarks = self.landmarks[MIRRORED_LANDMARKS]
        self.landmarks = np.stack([width - self.landmarks[:, 0], self.landmarks[:, 1]], 1)
        self.weights = self.weights[MIRRORED_BLENDSHAPES]
        flip = np.diag([-1, 1, 1]).astype(np.float32)
        self.rotation = flip @ self.rotation @ flip

    def landmarks_in(self, centre, side, roll):
        """Landmarks as −1…1 across a window, y down."""
        right, down = axes(roll)
        offset = self.landmarks - centre
        return (np.stack([offset @ right, offset @ down], 1) * 2 / side).astype(np.float32)


def window_sample(face, camera, rng, size, clean=False):
    """A window with the tracker's error. Returns the crop (0…1) and its targets; `valid` is 1 where the face is well inside."""
    if clean:
        shift, dlog, droll = rng.normal(0, 0.03, 2), rng.normal(0, 0.05), rng.normal(0, 0.05)
    elif rng.random() < 0.72:
        shift, dlog, droll = rng.normal(0, 0.05, 2), rng.normal(0, 0.08), rng.normal(0, 0.1)
    else:
        shift, dlog, droll = rng.uniform(-0.28, 0.28, 2), rng.uniform(-0.4, 0.4), rng.normal(0, 0.3)
    side, roll = face.side * np.exp(dlog), face.roll + droll
    right, down = axes(roll)
    centre = face.centre + (right * shift[0] + down * shift[1]) * side
    image = crop(face.image, centre, side, roll, size, border=face.border)
    c, s = np.cos(-roll), np.sin(-roll)
    rotation = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32) @ face.rotation
    targets = {
        "landmarks": face.landmarks_in(centre, side, roll).reshape(-1),
        "rotation": rotation,
        "correction": np.array([-shift[0], -shift[1], -dlog, -droll], np.float32),
        "weights": face.weights,
        "confidence": np.float32(1), "valid": np.float32(1), "person": face.person,
    }
    if clean:
        return image / 255, targets
    image = camera.expose(image)
    if rng.random() < 0.12:
        image = camera.occlude(image)
    return image, targets


def off_window(face, camera, rng, size):
    """A window that misses the face by so much that it must be called empty."""
    angle, distance = rng.uniform(0, 2 * np.pi), rng.uniform(0.62, 0.9)
    side = face.side * rng.uniform(0.5, 0.9)
    centre = face.centre + np.array([np.cos(angle), np.sin(angle)]) * distance * face.side
    edge = np.array(face.image.shape[::-1])
    centre = np.clip(centre, side * 0.4, edge - side * 0.4)
    if np.linalg.norm(centre - face.centre) < 0.5 * face.side:
        return None
    return camera.expose(crop(face.image, centre, side, rng.normal(0, 0.2), size, border=cv2.BORDER_REFLECT_101))


def empty_targets():
    return {"landmarks": np.zeros(140, np.float32), "rotation": np.eye(3, dtype=np.float32),
            "correction": np.zeros(4, np.float32), "weights": np.zeros(52, np.float32),
            "confidence": np.float32(0), "valid": np.float32(0), "person": -1}


def local_crop(face, landmarks, points, recipe, rng, camera, size, mirrored, clean):
    """A crop at the mean of some landmarks, with the error that the window network leaves, and `points` as −1…1 across its
    width; `size` is width and height."""
    s = 0 if clean else 1
    side = face.side * recipe["side"] * np.exp(rng.normal(0, 0.07) * s)
    roll = face.roll + rng.normal(0, 0.06) * s
    right, down = axes(roll)
    centre = face.landmarks[landmarks].mean(0) + down * recipe["offset"] * side + (right * rng.normal(0, 0.045) + down * rng.normal(0, 0.045)) * side * s
    image = crop(face.image, centre, side, roll, *size, mirrored=mirrored, border=face.border)
    places = face.landmarks_in(centre, side, roll)[points] * np.float32([-1 if mirrored else 1, 1])
    if clean:
        return image / 255, places.reshape(-1)
    image = camera.expose(image)
    if rng.random() < 0.06:
        image = camera.occlude(image)
    return image, places.reshape(-1)


class Sampler:
    """Makes batches for one network. `clean` gives the fixed validation crops."""

    def __init__(self, task, shards, panoramas, size, seed, clean=False, hard=None):
        self.task, self.shards, self.clean, self.hard = task, shards, clean, hard
        self.size = [size, size] if task != "window" and isinstance(size, int) else size
        self.rng = np.random.default_rng(seed)
        self.negatives = Negatives(shards, panoramas, self.rng)
        self.camera = Camera(self.rng)

    def samples(self, index, mirrored):
        rng, camera = self.rng, self.camera

        def face_around(region=None):
            return Face(self.shards, index, camera, rng, self.clean, mirrored, region)

        if self.task == "window":
            face = face_around()
            if not self.clean and rng.random() < 0.25:
                image = off_window(face, camera, rng, self.size) if rng.random() < 0.3 else None
                if image is None and self.hard is not None and rng.random() < 0.5:
                    image = self.hard[rng.integers(len(self.hard))]
                    image = camera.expose((image[:, ::-1] if rng.random() < 0.5 else image).astype(np.float32))
                if image is None:
                    image = camera.expose(self.negatives.picture(self.size, self.size))
                yield image, empty_targets()
                return
            yield window_sample(face, camera, rng, self.size, self.clean)
        elif self.task == "eye":
            for side in ("left", "right"):
                # A mirrored face's left eye is the right one of the picture.
                face = face_around((EYE_CROP["right" if mirrored == (side == "left") else "left"], EYE_CROP))
                image, points = local_crop(face, EYE_CROP[side], POINTS[side], EYE_CROP, rng, camera, self.size, side == "right", self.clean)
                yield image, {"weights": face.weights[EYE_INDEX[side]], "points": points, "person": face.person * 2 + (side == "right")}
        else:
            recipe, channels = WHOLE_CROPS[self.task]
            face = face_around((recipe["landmarks"], recipe))
            image, points = local_crop(face, recipe["landmarks"], POINTS[self.task], recipe, rng, camera, self.size, False, self.clean)
            yield image, {"weights": face.weights[channels], "points": points, "person": face.person}

    def batch(self, indices):
        """Crops (n, 1, h, w) of these faces and their targets; a person is mirrored in all of its faces or in none."""
        mirrored = {} if self.clean else {person: self.rng.random() < 0.5 for person in np.unique(self.shards.person[indices])}
        rows = [row for index in indices for row in self.samples(int(index), mirrored.get(self.shards.person[index], False))]
        images = normalise(np.stack([row[0] for row in rows]).astype(np.float32))
        return images[:, None], {key: np.stack([row[1][key] for row in rows]).astype(np.float32) for key in rows[0][1]}
