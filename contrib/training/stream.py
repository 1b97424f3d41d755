"""The generator's endless stream, and a pool in memory that samplers read like shards.

`gurn generate --stream` writes: `GRNS`, version (u32), length (u32) of a JSON text, the text; then frames without end:
`FACE` or `NONE`, rows (u32), bytes that follow (u32), and for each field of the text's `faces` or `negatives` all rows.
Little endian. The writer waits while nobody reads.
"""
import json
import subprocess
import threading
from queue import Queue

import numpy as np

from shards import BLENDSHAPES, FIELDS


class StreamError(Exception):
    """What is wrong with the stream."""


def read_exactly(file, count):
    data = file.read(count)
    if len(data) != count:
        raise StreamError(f"the stream ended: {len(data)} bytes where {count} were to come")
    return data


class StreamReader:
    """Reads frames from a binary file: `header`, then (kind, arrays by name) from `frame()`."""

    def __init__(self, file):
        self.file = file
        magic = read_exactly(file, 4)
        if magic != b"GRNS":
            raise StreamError(f"no stream of `gurn generate --stream`: it begins with {magic!r}, not b'GRNS'")
        version, length = np.frombuffer(read_exactly(file, 8), "<u4")
        if version != 1:
            raise StreamError(f"version {version} of the stream; this program reads version 1")
        self.header = json.loads(read_exactly(file, int(length)))
        if self.header["weights"] != BLENDSHAPES:
            raise StreamError("the stream's weights are not the 52 of shards.py, or in another order")
        self.fields = {b"FACE": self.header["faces"], b"NONE": self.header["negatives"]}

    def frame(self):
        kind = read_exactly(self.file, 4)
        if kind not in self.fields:
            raise StreamError(f"a frame of kind {kind!r}; FACE and NONE are known")
        rows, length = (int(value) for value in np.frombuffer(read_exactly(self.file, 8), "<u4"))
        body, start, arrays = read_exactly(self.file, length), 0, {}
        for field in self.fields[kind]:
            count = rows * int(np.prod(field["shape"]))
            kind_of = np.dtype(field["type"])
            if start + count * kind_of.itemsize > length:
                raise StreamError(f"a frame of {length} bytes is too short for {rows} rows of {field['name']}")
            arrays[field["name"]] = np.frombuffer(body, kind_of, count, start).reshape([rows] + field["shape"])
            start += count * kind_of.itemsize
        if start != length:
            raise StreamError(f"a frame of {length} bytes where its fields have {start}")
        return kind, arrays


class Ring:
    """The newest rows of one array."""

    def __init__(self, field, capacity):
        # Zeros take memory only as they are written.
        self.array = np.zeros([capacity] + field["shape"], field["type"])
        self.next = self.count = 0

    def add(self, rows):
        for row in rows:
            self.array[self.next] = row
            self.next = (self.next + 1) % len(self.array)
        self.count = min(len(self.array), self.count + len(rows))


class Pool:
    """The newest faces of a stream, with the methods and labels that samplers know from `Shards`.

    `uses`: how often a face serves before newer ones take its place. `indices` waits for new faces when training is ahead;
    the generator waits when it is ahead itself.
    """

    def __init__(self, file, capacity=20000, uses=12, start=1000, explain=lambda: ""):
        if capacity < 1 or uses <= 0:
            raise ValueError(f"a pool of {capacity} faces, each used {uses} times; at least 1 and more than 0 are needed")
        self.reader, self.uses, self.start, self.explain = StreamReader(file), uses, min(start, capacity), explain
        fields = {field["name"]: field for field in self.reader.header["faces"]}
        wanted = (*FIELDS, "person")
        missing = [name for name in wanted if name not in fields]
        if missing:
            raise StreamError(f"the stream has no {', '.join(missing)}")
        self.rings = {name: Ring(fields[name], capacity) for name in wanted}
        self.labels = {name: ring.array for name, ring in self.rings.items() if name not in ("patch", "alpha", "person")}
        self.person = self.rings["person"].array[:, 0]
        self.empty = Ring(self.reader.header["negatives"][0], max(1, capacity // 4))
        self.received = self.used = 0
        self.frames = Queue(16)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            while True:
                self.frames.put(self.reader.frame())
        except (StreamError, OSError, ValueError) as error:
            self.frames.put(error)

    def _admit(self):
        frame = self.frames.get()
        if isinstance(frame, Exception):
            self.frames.put(frame)
            raise StreamError(f"{frame}{self.explain()}")
        kind, arrays = frame
        if kind == b"NONE":
            self.empty.add(arrays["negative"])
            return
        for name, ring in self.rings.items():
            ring.add(arrays[name])
        self.received += len(arrays["window"])

    def fill(self):
        """Waits until there are enough faces to begin with."""
        while self.received < self.start:
            self._admit()

    def indices(self, rng, count):
        """`count` faces for a batch, drawn after as many new ones have come in as these uses pay for."""
        self.fill()
        self.used += count
        while self.used > self.received * self.uses:
            self._admit()
        # Neighbours are one person's faces, which a batch should have together.
        together = min(8, count, len(self))
        starts = rng.integers(len(self) // together, size=-(-count // together)) * together
        return (starts[:, None] + np.arange(together)).ravel()[:count]

    def __len__(self):
        return self.rings["window"].count

    def patch(self, index):
        return self.rings["patch"].array[index]

    def alpha(self, index):
        return self.rings["alpha"].array[index]

    @property
    def negative_count(self):
        return self.empty.count

    def negative(self, index):
        return self.empty.array[index]


def generator_pool(command, capacity, uses):
    """Starts `gurn generate --stream` with these arguments and pools what it writes; its errors go where ours go."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)

    def explain():
        return f"; {' '.join(command)}: ended with status {process.wait()}"

    try:
        return Pool(process.stdout, capacity, uses, explain=explain)
    except StreamError as error:
        raise StreamError(f"{error}{explain()}") from None
