"""Whole frames for the detector: generated faces pasted into panoramas, and frames without a face."""
import cv2
import numpy as np

from camera import Camera, normalise
from negatives import Negatives

WIDTH, HEIGHT, CELL = 128, 96, 8


class FrameSampler:
    """Makes 128×96 frames with maps: score, mask, dx, dy, log side, roll of each 8×8 cell."""

    def __init__(self, shards, panoramas, seed):
        self.shards = shards
        self.rng = np.random.default_rng(seed)
        self.negatives = Negatives(shards, panoramas, self.rng)
        self.camera = Camera(self.rng)

    def paste(self, frame, index):
        """Pastes a face; returns its window (centre x, y, side, roll) in frame pixels."""
        rng, labels = self.rng, self.shards.labels
        patch = np.ascontiguousarray(self.shards.patch(index))
        alpha = cv2.resize(np.ascontiguousarray(self.shards.alpha(index)), patch.shape[::-1], interpolation=cv2.INTER_LINEAR)
        centre, side, roll = labels["window"][index][:2], labels["window"][index][2], labels["window"][index][3]
        if rng.random() < 0.5:
            patch, alpha = patch[:, ::-1], alpha[:, ::-1]
            centre, roll = np.array([patch.shape[1] - centre[0], centre[1]]), -roll
        target = float(np.exp(rng.uniform(np.log(11), np.log(92))))
        scale = target / side
        edge = max(8, round(len(patch) * scale))
        scale = edge / len(patch)
        patch, alpha = (cv2.resize(np.ascontiguousarray(a), (edge, edge), interpolation=cv2.INTER_AREA) for a in (patch, alpha))
        place = np.array([rng.uniform(0.06, 0.94) * WIDTH, rng.uniform(0.07, 0.88) * HEIGHT])
        corner = np.round(place - centre * scale).astype(int)
        whole = rng.random() < 0.3
        x0, y0 = max(0, corner[0]), max(0, corner[1])
        x1, y1 = min(WIDTH, corner[0] + edge), min(HEIGHT, corner[1] + edge)
        cover = alpha.astype(np.float32) / 255
        if whole:
            margin = np.minimum(np.arange(edge), np.arange(edge)[::-1]) / max(1, edge * 0.08)
            feather = np.clip(margin, 0, 1)
            cover = np.maximum(cover, np.outer(feather, feather))
        if y1 < HEIGHT and corner[1] + edge == y1:
            # The body goes on below the patch: its last row repeats to the frame's edge.
            row, a = patch[-1:, x0 - corner[0]:x1 - corner[0]].astype(np.float32), cover[-1:, x0 - corner[0]:x1 - corner[0]]
            frame[y1:, x0:x1] = frame[y1:, x0:x1] * (1 - a) + row * a
        sy, sx = slice(y0 - corner[1], y1 - corner[1]), slice(x0 - corner[0], x1 - corner[0])
        frame[y0:y1, x0:x1] = frame[y0:y1, x0:x1] * (1 - cover[sy, sx]) + patch[sy, sx].astype(np.float32) * cover[sy, sx]
        c = corner + centre * scale
        return np.array([c[0], c[1], side * scale, roll], np.float32)

    def sample(self):
        rng, camera = self.rng, self.camera
        frame = self.negatives.picture(WIDTH, HEIGHT)
        faces = []
        for _ in range(int(rng.choice([0, 1, 2], p=[0.2, 0.68, 0.12]))):
            faces.append(self.paste(frame, int(rng.integers(len(self.shards)))))
            if len(faces) == 2 and np.abs(faces[0][:2] - faces[1][:2]).max() < 0.7 * max(faces[0][2], faces[1][2]):
                faces = faces[1:]
        image = camera.expose(frame)
        if rng.random() < 0.4:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 1.1))
        if rng.random() < 0.6:
            image = np.clip(image + rng.standard_normal(image.shape).astype(np.float32) * np.float32(0.06 * rng.random() ** 2), 0, 1)
        h, w = HEIGHT // CELL, WIDTH // CELL
        target = np.zeros((6, h, w), np.float32)
        target[1] = 1
        yy, xx = np.mgrid[0:h, 0:w] + 0.5
        for x, y, side, roll in faces:
            dx, dy = x / CELL - xx, y / CELL - yy
            reach = max(0.75, side / CELL * 0.14)
            distance = np.maximum(np.abs(dx), np.abs(dy))
            near, ring = distance < reach, distance < max(reach + 1, 2.2 * reach)
            target[1][ring & ~near & (target[0] == 0)] = 0
            target[:, near] = np.stack([np.ones_like(dx), np.ones_like(dx), dx, dy, np.full_like(dx, np.log(side / 32)), np.full_like(dx, roll)])[:, near]
        return image, target

    def batch(self, count):
        rows = [self.sample() for _ in range(count)]
        return normalise(np.stack([row[0] for row in rows]).astype(np.float32))[:, None], {"map": np.stack([row[1] for row in rows])}
