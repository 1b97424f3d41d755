"""The camera model and the crop, as the run time has it."""
import cv2
import numpy as np

cv2.setNumThreads(1)


def crop(image, centre, side, roll, width, height=None, mirrored=False, border=cv2.BORDER_REPLICATE):
    """Crops `image` (u8 or f32 grey) to height × width: the definition that both executors implement.

    Each output pixel is the mean of k × k bilinear taps, k = clamp(ceil(side / width), 1, 8); centre and side in pixels,
    roll in radians counter-clockwise in the image; `side` spans the output's width.
    """
    height = height or width
    k = int(np.clip(np.ceil(side / width), 1, 8))
    c, s = np.cos(roll), np.sin(roll)
    step = side / (width * k)
    right, down = np.array([c, -s]) * step, np.array([s, c]) * step
    if mirrored:
        right = -right
    origin = np.asarray(centre) - right * (width * k / 2 - 0.5) - down * (height * k / 2 - 0.5) - 0.5
    matrix = np.array([[right[0], down[0], origin[0]], [right[1], down[1], origin[1]]], np.float64)
    big = cv2.warpAffine(image, matrix, (width * k, height * k), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=border)
    if k == 1:
        return big.astype(np.float32)
    # Whole blocks: area interpolation is their mean.
    return cv2.resize(big.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)


class Camera:
    """Sensor and codec faults at capture resolution: scale, defocus, motion, noise, sharpening, JPEG."""

    def __init__(self, rng):
        self.rng = rng
        self.noise = rng.standard_normal((700, 700)).astype(np.float32)

    def capture(self, patch, side):
        """Returns the patch (u8) as a camera would see it, and the factor from patch pixels to the result's pixels.

        `side` is the window's side in the patch: the face is captured at 48 to `side` pixels.
        """
        rng = self.rng
        scale = 1.0
        if rng.random() < 0.65:
            scale = min(1.0, float(np.exp(rng.uniform(np.log(48), np.log(side)))) / side)
            if rng.random() < 0.6:
                scale = max(scale, rng.uniform(0.5, 1))
        image = patch
        if scale < 0.98:
            edge = max(16, round(len(patch) * scale))
            scale = edge / len(patch)
            image = cv2.resize(patch, (edge, edge), interpolation=cv2.INTER_AREA if rng.random() < 0.8 else cv2.INTER_LINEAR)
        else:
            scale = 1.0
        if rng.random() < 0.2:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.6) * (0.5 + scale))
        elif rng.random() < 0.15:
            length = int(rng.integers(2, 7) * (0.5 + scale))
            kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
            angle = rng.uniform(0, np.pi)
            end = (np.array([np.cos(angle), np.sin(angle)]) * length / 2).round().astype(int)
            cv2.line(kernel, tuple(int(v) for v in length - end), tuple(int(v) for v in length + end), 1.0)
            image = cv2.filter2D(image, -1, kernel / kernel.sum())
        if rng.random() < 0.7:
            h, w = image.shape
            y, x = rng.integers(0, 700 - h), rng.integers(0, 700 - w)
            sigma = 22 * rng.random() ** 2.5
            # Read noise and shot noise.
            gain = cv2.LUT(image, (sigma * (0.6 + 0.03 * np.sqrt(np.arange(256)))).astype(np.float32))
            noisy = cv2.add(image, cv2.multiply(self.noise[y:y + h, x:x + w], gain), dtype=cv2.CV_8U)
            image = cv2.GaussianBlur(noisy, (0, 0), rng.uniform(0.4, 1.0)) if rng.random() < 0.4 else noisy
        if rng.random() < 0.2:
            blurred = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.7, 1.6))
            image = cv2.addWeighted(image, 1 + rng.uniform(0.2, 1.0), blurred, -rng.uniform(0.2, 1.0), 0)
        if rng.random() < 0.35:
            _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(22, 90))])
            image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
        return image, scale

    def expose(self, crop):
        """Exposure, contrast, gamma, uneven light, a little blur and noise on a crop (f32, 0…255); returns f32, 0…1."""
        rng = self.rng
        x = np.clip(crop * np.float32(1 / 255), 0, 1)
        if rng.random() < 0.5:
            x = np.power(x, np.float32(np.exp(rng.normal(0, 0.25))))
        x = (x - 0.5) * np.float32(np.exp(rng.normal(0, 0.25))) + np.float32(0.5 + rng.normal(0, 0.09))
        if rng.random() < 0.5:
            h, w = x.shape
            gx, gy = rng.normal(0, 0.2), rng.normal(0, 0.15)
            x = x * (1 + np.float32(gx) * np.linspace(-1, 1, w, dtype=np.float32)[None]
                     + np.float32(gy) * np.linspace(-1, 1, h, dtype=np.float32)[:, None])
        if rng.random() < 0.6:
            # Light and shadow in patches.
            h, w = x.shape
            cells = int(rng.integers(3, 6))
            field = rng.normal(0, rng.uniform(0.05, 0.35), (cells, cells)).astype(np.float32)
            x = x * np.exp(cv2.resize(field, (w, h), interpolation=cv2.INTER_CUBIC))
        if rng.random() < 0.25:
            x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.1))
        if rng.random() < 0.3:
            x = x + rng.normal(0, rng.uniform(0.0, 0.04), x.shape).astype(np.float32)
        return np.clip(x, 0, 1)

    def occlude(self, crop):
        """A flat or noisy box or ellipse over part of a crop (in place), f32 0…1."""
        rng = self.rng
        h, w = crop.shape
        a, b = (int(v) for v in rng.integers(h // 12, h // 3, 2))
        y, x = int(rng.integers(0, h)), int(rng.integers(0, w))
        value = float(rng.random())
        if rng.random() < 0.5:
            crop[max(0, y - a):y + a, max(0, x - b):x + b] = value
        else:
            cv2.ellipse(crop, (x, y), (b, a), float(rng.uniform(0, 180)), 0, 360, value, -1)
        return crop


def normalise(crops):
    """(x − mean) / (standard deviation + 0.01) over each crop of a batch (n, h, w)."""
    mean = crops.mean((1, 2), keepdims=True)
    return (crops - mean) / (crops.std((1, 2), keepdims=True) + 0.01)
