"""Self-check of the stream's reader and the page: `python3 -m unittest` in this folder; needs no assets."""
import io
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from progress import channel_map, write_progress
from shards import BLENDSHAPES
from stream import Pool, StreamError, StreamReader

SIZE = 12
FACES = [{"name": name, "type": kind, "shape": shape} for name, kind, shape in [
    ("patch", "|u1", [SIZE, SIZE]), ("alpha", "|u1", [SIZE // 3, SIZE // 3]), ("weights", "<f4", [52]),
    ("rotation", "<f4", [4]), ("landmarks", "<f4", [70, 2]), ("window", "<f4", [4]), ("gaze", "<f4", [4]), ("person", "<f4", [1])]]
EMPTY = [{"name": "negative", "type": "|u1", "shape": [8, 8]}]


def words(*values):
    return np.array(values, "<u4").tobytes()


def header(**changes):
    text = json.dumps({"seed": 1, "size": SIZE, "weights": BLENDSHAPES, "faces": FACES, "negatives": EMPTY} | changes).encode()
    return b"GRNS" + words(1, len(text)) + text


def frame(kind, numbers):
    """Rows whose every value is the row's number."""
    fields = FACES if kind == b"FACE" else EMPTY
    body = b"".join(np.full(field["shape"], number, field["type"]).tobytes() for field in fields for number in numbers)
    return kind + words(len(numbers), len(body)) + body


class ReaderTest(unittest.TestCase):
    def test_frames_come_as_they_were_written(self):
        reader = StreamReader(io.BytesIO(header() + frame(b"FACE", [3, 4]) + frame(b"NONE", [7])))
        kind, arrays = reader.frame()
        self.assertEqual((kind, arrays["landmarks"].shape, arrays["window"][1, 2]), (b"FACE", (2, 70, 2), 4))
        kind, arrays = reader.frame()
        self.assertEqual((kind, arrays["negative"].shape, arrays["negative"][0, 0, 0]), (b"NONE", (1, 8, 8), 7))
        with self.assertRaisesRegex(StreamError, "ended"):
            reader.frame()

    def test_what_is_no_stream_is_refused(self):
        body = frame(b"FACE", [1])
        for data, fault in [
                (b"", "ended"), (b"RIFF" + bytes(8), "begins with"), (b"GRNS" + words(2, 0), "version 2"),
                (header(weights=BLENDSHAPES[::-1]), "another order")]:
            with self.assertRaisesRegex(StreamError, fault):
                StreamReader(io.BytesIO(data))
        for data, fault in [
                (b"WHAT" + body[4:], "kind"), (body[:-1], "ended"), (body[:4] + words(2) + body[8:], "too short"),
                (body[:8] + words(len(body) - 8) + body[12:] + bytes(4), "its fields have")]:
            with self.assertRaisesRegex(StreamError, fault):
                StreamReader(io.BytesIO(header() + data)).frame()


class PoolTest(unittest.TestCase):
    def pool(self, frames, **settings):
        return Pool(io.BytesIO(header() + b"".join(frames)), **settings)

    def test_newer_faces_take_the_place_of_the_oldest(self):
        pool = self.pool([frame(b"FACE", range(start, start + 4)) for start in range(0, 40, 4)] + [frame(b"NONE", [9])],
                         capacity=10, uses=2, start=6)
        rng = np.random.default_rng(1)
        pool.fill()
        self.assertEqual(len(pool), 8)
        drawn = pool.indices(rng, 80)
        self.assertEqual((pool.received, len(pool), len(drawn)), (40, 10, 80))
        self.assertEqual(sorted(pool.labels["window"][:, 0]), list(range(30, 40)))
        self.assertTrue(all(pool.patch(i)[0, 0] == pool.labels["weights"][i, 0] == pool.alpha(i)[1, 1] for i in drawn))

    def test_a_stream_that_ends_stops_training_with_the_reason(self):
        pool = self.pool([frame(b"NONE", [9]), frame(b"FACE", [1, 2])], capacity=4, uses=3, start=1, explain=lambda: "; status 1")
        rng = np.random.default_rng(1)
        pool.indices(rng, 6)
        self.assertEqual((pool.negative_count, pool.negative(0)[0, 0]), (1, 9))
        for _ in range(2):
            with self.assertRaisesRegex(StreamError, "ended.*status 1"):
                pool.indices(rng, 1)


class PageTest(unittest.TestCase):
    def test_the_page_shows_the_last_validation(self):
        rows = [{"step": 10, "loss": 2.0, "mean": 0.1, "jawOpen": 0.2}, {"step": 20, "loss": 1.0, "mean": 0.5, "jawOpen": 0.6, "eyeBlink": 0.7}]
        names, values = channel_map(rows)
        self.assertEqual(names, ["jawOpen", "eyeBlink"])
        self.assertTrue(np.isnan(values[1, 0]) and values[1, 1] == 0.7)
        with tempfile.TemporaryDirectory() as folder:
            write_progress(Path(folder), "window", rows, 40, 60, 60)
            self.assertIn("step 20 of 40", (Path(folder) / "progress.html").read_text())
            self.assertTrue((Path(folder) / "progress.png").stat().st_size > 1000)
            write_progress(Path(folder), "detector", [{"step": 1, "loss": 1.0, "mean": 0.1}], 40, 60, 60)


if __name__ == "__main__":
    unittest.main()
