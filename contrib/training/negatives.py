"""Pictures without a face: crops of panoramas, what the generator rendered for the purpose, and drawn shapes."""
import cv2
import numpy as np


def load_panoramas(folder):
    files = sorted(folder.glob("*.jpg"))
    if not files:
        raise SystemExit(f"{folder}: no panoramas (*.jpg) for backgrounds")
    return [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in files]


class Negatives:
    def __init__(self, shards, panoramas, rng):
        self.shards, self.panoramas, self.rng = shards, panoramas, rng

    def picture(self, width, height):
        """A f32 grey picture, about 0…255."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.08:
            image = rng.uniform(0, 255) + np.linspace(-1, 1, width, dtype=np.float32)[None] * rng.normal(0, 50) + np.zeros((height, 1), np.float32)
        elif kind < 0.16:
            coarse = rng.uniform(0, 255, (int(rng.integers(2, 14)), int(rng.integers(2, 14)))).astype(np.float32)
            image = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC if rng.random() < 0.7 else cv2.INTER_NEAREST)
        elif kind < 0.45 and self.shards.negative_count:
            whole = np.ascontiguousarray(self.shards.negative(int(rng.integers(self.shards.negative_count))))
            image = self.cut(whole, width, height, len(whole) * 0.35, len(whole) * 0.98)
        else:
            image = self.cut(self.panoramas[rng.integers(len(self.panoramas))], width, height, 40, 480)
        image = image.astype(np.float32) * np.float32(np.exp(rng.normal(0, 0.3)))
        for _ in range(int(rng.integers(1, 6)) if rng.random() < 0.5 else 0):
            self.shape(image)
        if rng.random() < 0.2:
            self.text(image)
        if rng.random() < 0.35:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 0.03 * width))
        return np.ascontiguousarray(image[:, ::-1]) if rng.random() < 0.5 else image

    def cut(self, source, width, height, smallest, largest):
        rng = self.rng
        limit = min(source.shape[1] - 1, (source.shape[0] - 1) * width / height)
        w = float(np.exp(rng.uniform(np.log(min(smallest, limit)), np.log(min(largest, limit)))))
        h = w * height / width
        y, x = int(rng.uniform(0, source.shape[0] - h)), int(rng.uniform(0, source.shape[1] - w))
        return cv2.resize(source[y:y + max(1, int(h)), x:x + max(1, int(w))], (width, height), interpolation=cv2.INTER_AREA)

    def shape(self, image):
        """Draws an ellipse, a box or a few strokes: balls, bottles, hands, letters."""
        rng = self.rng
        height, width = image.shape
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        value = float(rng.uniform(0, 255))
        kind = rng.random()
        if kind < 0.5:
            size = tuple(int(v) for v in rng.integers(max(2, width // 30), max(4, width // 3), 2))
            cv2.ellipse(image, centre, size, float(rng.uniform(0, 180)), 0, 360, value, -1, cv2.LINE_AA)
        elif kind < 0.75:
            w, h = (int(v) for v in rng.integers(max(2, width // 30), max(4, width // 3), 2))
            cv2.rectangle(image, (centre[0] - w, centre[1] - h), (centre[0] + w, centre[1] + h), value, -1)
        else:
            for _ in range(int(rng.integers(2, 9))):
                end = (centre[0] + int(rng.normal(0, width / 6)), centre[1] + int(rng.normal(0, width / 6)))
                cv2.line(image, centre, end, value, int(rng.integers(1, max(2, width // 20))), cv2.LINE_AA)
                centre = end

    def text(self, image):
        """Writes a word somewhere: titles, labels, screens."""
        rng = self.rng
        height, width = image.shape
        letters = "".join(chr(int(code)) for code in rng.integers(48, 122, int(rng.integers(1, 12))))
        scale = rng.uniform(0.008, 0.03) * width
        place = (int(rng.uniform(-0.1, 0.6) * width), int(rng.uniform(0.15, 1) * height))
        font, thickness = int(rng.integers(0, 8)), int(rng.integers(1, max(2, int(scale * 4))))
        page = np.clip(image, 0, 255).astype(np.uint8)
        for grow in (2, 0):
            cv2.putText(page, letters, place, font, scale, float(rng.uniform(0, 255)), thickness + grow, cv2.LINE_AA)
        image[:] = page
