#!/usr/bin/env python3
"""Measures what calibration and filters make of faces, with gurn as its users run it. Needs ffmpeg; nothing but Python's own library.

  check.py still PHOTO...          photographs of neutral faces, each played for six seconds with a camera's noise: calibrated on the
                                   first three, judged on the last three. All weights below 0.05, the head's rms below 0.15 degrees.
  check.py winks CLIP [TRUTH.csv]  a clip with winks: calibrated on itself. While one eye winks the other reads below 0.2; blinks are
                                   found at least as well as without calibration (F1 at 0.5 against the truth). A wink is where the
                                   truth's lids (without a truth: the uncalibrated ones) differ by 0.3 and more.
  check.py rates CLIP              the same clip at its rate, at half of it and with every fifth frame dropped: weights at the moments
                                   that they share differ by less than 0.03 rms.

--gurn names the program (by default .build/release/gurn). Ends with 1 where a promise is not kept."""
import argparse
import csv
import math
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ANGLES = ["yaw", "pitch", "roll"]
LIDS = ["eyeBlinkLeft", "eyeBlinkRight"]


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return math.nan


def read(path):
    """The rows of a CSV as dictionaries of numbers."""
    with open(path, newline="") as file:
        return [{name: number(value) for name, value in row.items()} for row in csv.DictReader(file)]


def channels(rows):
    names = list(rows[0])
    first = names.index("browDownLeft")
    return names[first : first + 52]


def run(*words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}: ended with {done.returncode}\n{done.stdout}")


def ffmpeg(*words):
    run("ffmpeg", "-v", "error", "-y", *words)


def track(gurn, clip, out, *options):
    run(gurn, "track", clip, "--csv", out, "--executor", "simd", *options)
    return read(out)


def rms(values):
    return math.sqrt(sum(value * value for value in values) / len(values)) if values else math.nan


def still(gurn, folder, photos):
    kept = True
    worst = [0.0, 0.0]
    for photo in photos:
        clip, saved = os.path.join(folder, "still.mp4"), os.path.join(folder, "still.json")
        fit = "scale=480:480:force_original_aspect_ratio=decrease,pad=640:480:(ow-iw)/2:(oh-ih)/2:gray"
        # A webcam's noise, new in every frame.
        ffmpeg("-loop", "1", "-i", photo, "-t", "6", "-r", "30", "-vf", fit + ",noise=alls=8:allf=t,format=yuv420p",
               "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", clip)
        run(gurn, "calibrate", "--source", clip, "--neutral", "0.5-3", "--out", saved, "--executor", "simd")
        rows = [row for row in track(gurn, clip, os.path.join(folder, "still.csv"), "--calibration", saved) if row["t"] >= 3]
        seen = [row for row in rows if row["present"] > 0.5]
        name = max(channels(rows), key=lambda channel: max((row[channel] for row in seen), default=0))
        top = max((row[name] for row in seen), default=math.nan)
        means = {angle: sum(row[angle] for row in seen) / max(1, len(seen)) for angle in ANGLES}
        shake = max(rms([row[angle] - means[angle] for row in seen]) for angle in ANGLES)
        good = len(seen) == len(rows) and top < 0.05 and shake < 0.15
        kept = kept and good
        worst = [max(worst[0], top), max(worst[1], shake)]
        print(f"{os.path.basename(photo)}: largest weight {top:.3f} ({name}), head {shake:.3f}°{'' if good else '  <-- too much'}")
    print(f"{len(photos)} faces: largest weight {worst[0]:.3f} (below 0.05), head rms {worst[1]:.3f}° (below 0.15°)")
    return kept


def events(rows, level):
    """Stretches (from, to) in seconds where a level is above 0.5; gaps of a tenth of a second don't part them."""
    found = []
    for row in rows:
        if not level(row) > 0.5:
            continue
        if found and row["t"] - found[-1][1] <= 0.1:
            found[-1][1] = row["t"]
        else:
            found.append([row["t"], row["t"]])
    return found


def blink_f1(truth, rows):
    def level(row):
        return (row[LIDS[0]] + row[LIDS[1]]) / 2

    wanted, seen = events(truth, level), events(rows, level)
    used = set()
    for begin, end in wanted:
        hit = next((i for i, (a, b) in enumerate(seen) if i not in used and a <= end + 0.15 and b >= begin - 0.15), None)
        if hit is not None:
            used.add(hit)
    return 2 * len(used) / (len(wanted) + len(seen)) if wanted or seen else math.nan


def held(rows, is_wink):
    """The moments inside stretches of at least five frames, less two at either end, in which lids still move."""
    moments, stretch = [], []
    for row in rows + [None]:
        if row is not None and is_wink(row):
            stretch.append(row["t"])
            continue
        moments += stretch[2:-2] if len(stretch) >= 5 else []
        stretch = []
    return moments


def nearest(rows, time):
    return min(rows, key=lambda row: abs(row["t"] - time))


def winks(gurn, folder, clip, truth_path):
    saved = os.path.join(folder, "winks.json")
    run(gurn, "calibrate", "--source", clip, "--out", saved, "--executor", "simd")
    plain = track(gurn, clip, os.path.join(folder, "plain.csv"))
    mine = track(gurn, clip, os.path.join(folder, "mine.csv"), "--calibration", saved)
    truth = read(truth_path) if truth_path else plain
    kept, found = True, 0
    for closed, other in [LIDS, LIDS[::-1]]:
        moments = held(truth, lambda row: row[closed] - row[other] > 0.3)
        found += len(moments)
        if not moments:
            continue
        before, after = [max(nearest(rows, time)[other] for time in moments) for rows in (plain, mine)]
        least = min(nearest(mine, time)[closed] for time in moments)
        kept = kept and after < 0.2
        print(f"wink, {closed}, {len(moments)} frames: {other} at most {before:.3f} uncalibrated, {after:.3f} calibrated "
              f"(below 0.2); {closed} at least {least:.3f}")
    if found == 0:
        print("there is no wink in it")
        kept = False
    if truth_path:
        before, after = blink_f1(truth, plain), blink_f1(truth, mine)
        kept = kept and after >= before
        print(f"blinks, F1 at 0.5: {before:.3f} uncalibrated, {after:.3f} calibrated")
    return kept


def rates(gurn, folder, clip):
    reference = track(gurn, clip, os.path.join(folder, "all.csv"))
    by_time = {round(row["t"] * 1000): row for row in reference}
    kept = True
    for name, chosen in [("half the frames", "not(mod(n\\,2))"), ("every fifth dropped", "lt(mod(n\\,5)\\,4)")]:
        thinned = os.path.join(folder, "thinned.mkv")
        # Lossless, so that the frames that are left are the same.
        ffmpeg("-i", clip, "-vf", f"select='{chosen}'", "-fps_mode", "passthrough", "-enc_time_base", "1:1000", "-c:v", "libx264",
               "-preset", "ultrafast", "-qp", "0", thinned)
        rows = track(gurn, thinned, os.path.join(folder, "thinned.csv"))
        pairs = [(row, by_time.get(round(row["t"] * 1000))) for row in rows]
        pairs = [(a, b) for a, b in pairs if b and a["present"] > 0.5 and b["present"] > 0.5]
        difference = rms([a[channel] - b[channel] for a, b in pairs for channel in channels(rows)])
        good = len(pairs) > 0.8 * len(rows) and difference < 0.03
        kept = kept and good
        print(f"{name}: {difference:.4f} rms over {len(pairs)} moments (below 0.03)")
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["still", "winks", "rates"])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--gurn", default=os.path.join(ROOT, ".build/release/gurn"))
    given = parser.parse_args()
    for path in given.files:
        if not os.path.isfile(path):
            parser.error(f"{path}: there is no such file")
    gurn = os.path.abspath(given.gurn)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        if given.what == "still":
            kept = still(gurn, folder, given.files)
        elif given.what == "winks":
            kept = winks(gurn, folder, given.files[0], given.files[1] if len(given.files) > 1 else None)
        else:
            kept = all([rates(gurn, folder, clip) for clip in given.files])
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
