#!/usr/bin/env python3
"""Fits how channels foreshorten as the head turns, for Sources/RigMapping/YawCompensation.swift (numpy only).

  gurn generate --script turn --seed N --seconds 16 --session N.mp4 --truth N.csv
  gurn track N.mp4 --no-filters --csv N.raw.csv
  fit_yaw.py N.csv:N.raw.csv ... [--check N.csv:N.raw.csv ...]

Within a held expression a channel that reads r0 from the front reads r0 (1 + a u + b u^2) + c u + d u^2, with u the sine of the
yaw, positive for the side that turns away; both sides share their figures, channels of the middle have no odd terms. Prints the
lines of the table, and the rms of (reading - reading from the front) before and after, of the --check sessions if there are any."""
import csv
import sys

import numpy as np

CHANNELS = ["eyeBlinkLeft", "mouthSmileLeft", "browDownLeft", "browInnerUp", "browOuterUpLeft"]
LIMIT = 0.55
FLOOR = 0.4


def rows(pair):
    """Held expressions of a session: for each channel kind, (u, reading, reading from the front) as arrays."""
    truth, track = pair.split(":")
    with open(truth) as a, open(track) as b:
        T, K = list(csv.DictReader(a)), list(csv.DictReader(b))
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
        yaw = np.radians([float(k["yaw"]) for k in held])
        pitch = np.radians([float(k["pitch"]) for k in held])
        turn = np.clip(np.sin(yaw) * np.cos(pitch), -LIMIT, LIMIT)
        front = np.abs(np.degrees(yaw)) < 6
        if front.sum() < 3:
            continue
        for channel in CHANNELS:
            for name, sign in ((channel, 1), (channel.replace("Left", "Right"), -1)):
                if name == channel and sign < 0:
                    continue
                read = np.array([float(k[name]) for k in held])
                base = np.full(len(read), np.median(read[front]))
                found[channel].append(np.stack([sign * turn, read, base]))
    return found


def gather(pairs):
    all_rows = [rows(p) for p in pairs]
    return {c: np.concatenate([x for r in all_rows for x in r[c]], axis=1) for c in CHANNELS}


def columns(channel, u, base):
    odd = channel.endswith("Left")
    return np.stack(([base * u] if odd else []) + [base * u * u] + ([u] if odd else []) + [u * u], axis=1)


def fit(channel, data):
    u, read, base = data
    A = columns(channel, u, base)
    ridge = 1e-3 * len(u) * np.eye(A.shape[1])
    x = np.linalg.solve(A.T @ A + ridge, A.T @ (read - base))
    return x if channel.endswith("Left") else np.array([0, x[0], 0, x[1]])


def level(x, data):
    u, read, _ = data
    a, b, c, d = x
    return np.clip((read - c * u - d * u * u) / np.maximum(FLOOR, 1 + a * u + b * u * u), 0, 1)


def main(arguments):
    split = arguments.index("--check") if "--check" in arguments else len(arguments)
    pairs, checks = arguments[:split], arguments[split + 1 :]
    if not pairs:
        sys.exit(__doc__)
    data = gather(pairs)
    check = gather(checks) if checks else data
    for channel in CHANNELS:
        x = np.round(fit(channel, data[channel]), 3)
        u, read, base = check[channel]
        shown = base > 0.15
        rms = lambda v: float(np.sqrt(np.mean((v - base)[shown] ** 2))) if shown.any() else float("nan")
        all_rms = lambda v: float(np.sqrt(np.mean((v - base) ** 2)))
        after = level(x, check[channel])
        print(f"    (.{channel}, Terms(gain: [{x[0]}, {x[1]}], offset: [{x[2]}, {x[3]}])),")
        print(
            f"      // rms {all_rms(read):.3f} before, {all_rms(after):.3f} after; shown: {rms(read):.3f}, {rms(after):.3f}",
            file=sys.stderr,
        )


main(sys.argv[1:])
