#!/usr/bin/env python3
"""Draws what a network's size buys: validation mean against multiply-adds, and its time on Gurn's own executor.

  sizes.py RUN/ema.pt... --set Models/full --out Models/full/mouth-sizes.svg [--gurn gurn] [--rounds N]

The runs are of one network in several sizes, trained alike. Each is exported, imported and measured by `gurn bench networks` in its
place in the set. One thread, CPU time; a ratio to the first run's time stands beside, which another machine repeats more nearly.
"""
import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from networks import mean_of_runs, multiply_adds


def run(command):
    """The command's output; ends the program with its errors where it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(str(word) for word in command)}: ended with status {done.returncode}\n{done.stderr.strip()}")
    return done.stdout


def measured(gurn, path, task, folder, rounds):
    """Milliseconds of CPU for one image through the SIMD executor, the median of the rounds."""
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        for file in folder.glob("*.gurn"):
            shutil.copy(file, place)
        run([sys.executable, Path(__file__).with_name("export.py"), path, place / "exported.onnx"])
        run([gurn, "model", "import", place / "exported.onnx", "-o", place / f"{task}.gurn"])
        report = json.loads(run([gurn, "bench", "networks", "--models", place, "--executor", "simd", "--no-starts", "--rounds", rounds, "--json"]))
    row = next(row for row in report["rows"] if row["network"].split()[0] == task)
    # "eye ×2" is two images.
    return row["cpuMilliseconds"] / int((row["network"].split("×") + ["1"])[1])


def shape(network):
    """Such as 48×48, 16-24-48-160: input, widths of the stages, hidden units."""
    widths = [module.num_features for module in network.trunk.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    stages = [width for index, width in enumerate(widths) if index == 0 or width != widths[index - 1]]
    return f"{network.size[1]}×{network.size[0]}, {'-'.join(map(str, [*stages, network.hidden.out_features]))}"


def draw(rows, task, out):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    matplotlib.rcParams["svg.hashsalt"] = "gurn"
    figure, axis = pyplot.subplots(figsize=(8.5, 4.2))
    rows = sorted(rows, key=lambda row: row["multiply_adds"])
    best = [row for index, row in enumerate(rows) if all(row["mean"] > other["mean"] for other in rows[:index])]
    axis.plot([row["multiply_adds"] for row in best], [row["mean"] for row in best], color="0.7", zorder=0)
    for number, row in enumerate(rows, 1):
        label = f"{number}   {row['shape']}: {row['multiply_adds']:.1f}, {row['milliseconds']:.3f} ms"
        axis.scatter(row["multiply_adds"], row["mean"], color="C0", label=label)
        axis.annotate(str(number), (row["multiply_adds"], row["mean"]), xytext=(5, 4), textcoords="offset points", fontsize=9)
    axis.legend(title="input, widths, hidden units: million multiply-adds, CPU time", fontsize=7, title_fontsize=7, loc="upper left",
                bbox_to_anchor=(1.02, 1), markerscale=0, handlelength=0)
    axis.set(xscale="log", xlabel="million multiply-adds an image", ylabel="correlation within persons, mean over channels",
             title=f"{task}: what size buys, {rows[0]['steps']} steps each")
    axis.set_xticks([1, 2, 4, 8, 16], ["1", "2", "4", "8", "16"])
    axis.set_xticks([], minor=True)
    axis.set_xlim(rows[0]["multiply_adds"] / 1.3, rows[-1]["multiply_adds"] * 1.3)
    axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--set", type=Path, required=True, help="the folder of the networks beside it")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--gurn", default="gurn")
    parser.add_argument("--rounds", type=int, default=100)
    args = parser.parse_args()
    rows = []
    for path in args.runs:
        network, config = mean_of_runs([path])
        saved = torch.load(path, weights_only=False)
        rows.append({"shape": shape(network), "multiply_adds": multiply_adds(network) / 1e6, "mean": saved["figures"]["mean"],
                     "steps": saved["steps"], "milliseconds": measured(args.gurn, path, config["task"], args.set, args.rounds)})
        row = rows[-1]
        print(f"| {row['shape']} | {row['multiply_adds']:.1f} | {row['milliseconds']:.3f} | {row['milliseconds'] / rows[0]['milliseconds']:.2f} | {row['mean']:.3f} |",
              flush=True)
    if len({row["steps"] for row in rows}) > 1:
        raise SystemExit("the runs have different numbers of steps: train them alike")
    draw(rows, config["task"], args.out)


if __name__ == "__main__":
    main()
