#!/usr/bin/env python3
"""Fits how channels foreshorten as the head turns, for Sources/RigMapping/YawCompensation.swift (numpy only).

  gurn generate --script turn --seed N --seconds 16 --session N.mp4 --truth N.csv
  gurn track N.mp4 --no-filters --csv N.raw.csv
  fit_yaw.py N.csv:N.raw.csv ...

Within a held expression a channel that reads r0 from the front reads r0 (1 + a u + b u^2) + c u + d u^2, with u the sine of the
yaw, positive for the side that turns away; both sides share their figures, channels of the middle have no odd terms. In sessions
without held expressions (gurn generate --script random) the reading from the front is the line through truth and reading there.
Each session is a person and is fitted alone; a term is the mean over persons, drawn to 0 by how little they agree. Prints the table's
lines, for each person the rms of (reading - reading from the front) beyond 14 degrees before and after, by the others' terms, and
over all people and angles by the terms that Gurn ships."""
import csv
import pathlib
import re
import sys

import numpy as np

CHANNELS = ["eyeBlinkLeft", "mouthSmileLeft", "browDownLeft", "browInnerUp", "browOuterUpLeft"]
LIMIT = 0.55
FLOOR = 0.4


def rows(pair):
    """For each kind of channel (u, reading, reading from the front) of a session's frames."""
    truth, track = pair.split(":")
    with open(truth) as a, open(track) as b:
        T, K = list(csv.DictReader(a)), list(csv.DictReader(b))
    found = held_rows(T, K)
    if not all(found.values()):
        found = moving_rows(T, K)
    return {c: np.concatenate(x, axis=1) for c, x in found.items()}


def turns(frames):
    yaw = np.radians([float(k["yaw"]) for k in frames])
    pitch = np.radians([float(k["pitch"]) for k in frames])
    return np.clip(np.sin(yaw) * np.cos(pitch), -LIMIT, LIMIT), np.abs(np.degrees(yaw))


def sides(channel):
    return [(channel, 1), (channel.replace("Left", "Right"), -1)] if channel.endswith("Left") else [(channel, 1)]


def moving_rows(T, K):
    ok = [i for i in range(min(len(T), len(K))) if T[i]["present"] == K[i]["present"] == "1" and T[i].get("ref_ok", "1") == "1"]
    turn, yaw = turns([K[i] for i in ok])
    front = yaw < 8
    found = {}
    for channel in CHANNELS:
        found[channel] = []
        for name, sign in sides(channel):
            true = np.array([float(T[i][name]) for i in ok])
            read = np.array([float(K[i][name]) for i in ok])
            slope, start = np.polyfit(true[front], read[front], 1)
            found[channel].append(np.stack([sign * turn, read, np.clip(start + slope * true, 0, 1)]))
    return found


def held_rows(T, K):
    names = [n for n in T[0] if n.startswith(("eyeBlink", "mouth", "brow", "jaw", "cheek", "nose"))]
    keys = [tuple(t[n] for n in names) for t in T]
    found = {c: [] for c in CHANNELS}
    start = 0
    for end in range(1, len(T) + 1):
        if end < len(T) and keys[end] == keys[start]:
            continue
        held = [K[i] for i in range(start, end) if K[i]["present"] == "1"]
        start = end
        if len(held) < 20:
            continue
        turn, yaw = turns(held)
        front = yaw < 6
        if front.sum() < 3:
            continue
        for channel in CHANNELS:
            for name, sign in sides(channel):
                read = np.array([float(k[name]) for k in held])
                base = np.full(len(read), np.median(read[front]))
                found[channel].append(np.stack([sign * turn, read, base]))
    return found


def columns(channel, u, base):
    odd = channel.endswith("Left")
    return np.stack(([base * u] if odd else []) + [base * u * u] + ([u] if odd else []) + [u * u], axis=1)


def fit(channel, data):
    u, read, base = data
    A = columns(channel, u, base)
    x = np.linalg.solve(A.T @ A + 1e-3 * len(u) * np.eye(A.shape[1]), A.T @ (read - base))
    return x if channel.endswith("Left") else np.array([0, x[0], 0, x[1]])


def agreed(fits):
    """The mean of the fits, each term drawn to 0 by how uncertain it is."""
    mean = fits.mean(0)
    if len(fits) < 2:
        return mean
    doubt = fits.var(0, ddof=1) / len(fits)
    return mean**3 / (mean**2 + doubt + 1e-12)


def level(x, data):
    u, read, _ = data
    a, b, c, d = x
    return np.clip((read - c * u - d * u * u) / np.maximum(FLOOR, 1 + a * u + b * u * u), 0, 1)


def shipped():
    source = pathlib.Path(__file__).parents[2] / "Sources/RigMapping/YawCompensation.swift"
    line = r"\.(\w+), Terms\(gain: \[(.+?), (.+?)\], offset: \[(.+?), (.+?)\]\)"
    return {name: [float(x) for x in terms] for name, *terms in re.findall(line, source.read_text())}


def main(pairs):
    if not pairs:
        sys.exit(__doc__)
    people = [rows(p) for p in pairs]
    for channel in CHANNELS:
        fits = np.array([fit(channel, person[channel]) for person in people])
        x = np.round(agreed(fits), 3)
        print(f".{channel}: gain [{x[0]}, {x[1]}], offset [{x[2]}, {x[3]}]")
        for index, person in enumerate(people):
            others = np.delete(fits, index, 0) if len(fits) > 1 else fits
            data = person[channel]
            far = np.abs(data[0]) > 0.25
            before, after = (np.sqrt(np.mean((v - data[2])[far] ** 2)) for v in (data[1], level(agreed(others), data)))
            print(f"    {pairs[index].split(':')[0]}: {before:.3f} -> {after:.3f}")
        data = np.concatenate([person[channel] for person in people], axis=1)
        rms = lambda v: np.sqrt(np.mean((v - data[2]) ** 2))
        print(f"    as shipped, all: {rms(data[1]):.3f} -> {rms(level(shipped().get(channel, [0] * 4), data)):.3f}")


main(sys.argv[1:])
