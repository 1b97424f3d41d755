"""The page that shows a run: progress.html, which reloads itself, with progress.png."""
import html

import numpy as np

from shards import BLENDSHAPES

# An eye's channels have no side.
CHANNELS = set(BLENDSHAPES) | {name.removesuffix("Left").removesuffix("Right") for name in BLENDSHAPES}


def channel_map(rows):
    """Names and an array of channels × validations of the correlations; NaN where one was not measured."""
    names = [name for name in rows[-1] if name in CHANNELS]
    return names, np.array([[row.get(name, np.nan) for row in rows] for name in names], float).reshape(len(names), len(rows))


def plot(path, rows):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    names, correlations = channel_map(rows)
    steps = [row["step"] for row in rows]
    figure = pyplot.figure(figsize=(12, 4 + 0.17 * len(names)))
    grid = figure.add_gridspec(2 if names else 1, 2, height_ratios=[4, 0.17 * len(names)] if names else [1])
    left, right = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
    left.plot(steps, [row["loss"] for row in rows])
    left.set(xlabel="step", ylabel="training loss", yscale="log")
    right.plot(steps, [row["mean"] for row in rows])
    right.set(xlabel="step", ylabel="validation mean")
    if names:
        below = figure.add_subplot(grid[1, :])
        shown = below.imshow(correlations, aspect="auto", interpolation="nearest", vmin=0, vmax=1, cmap="viridis")
        below.set_yticks(range(len(names)), [f"{name} {value:.2f}" for name, value in zip(names, correlations[:, -1])], fontsize=7)
        ticks = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), 10)).round().astype(int))
        below.set_xticks(ticks, [steps[tick] for tick in ticks])
        below.set(xlabel="step", title="validation correlation of each channel")
        figure.colorbar(shown, ax=below, fraction=0.02, pad=0.01)
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    pyplot.close(figure)


def write_progress(folder, task, rows, steps, seconds, left):
    """Writes progress.png and progress.html; `seconds` since the start and how many are `left`."""
    plot(folder / "progress.png", rows)
    last = rows[-1]
    state = (f"step {last['step']} of {steps}, {seconds / 60:.0f} min, {left / 60:.0f} min left; "
             f"loss {last['loss']:.4f}, validation mean {last['mean']:.4f}")
    (folder / "progress.html").write_text(f"""<!doctype html>
<meta charset="utf-8"><meta http-equiv="refresh" content="20"><title>{html.escape(task)} {100 * last['step'] // steps} %</title>
<body style="font: 15px sans-serif; margin: 1em">
<h1>{html.escape(task)}</h1><progress value="{last['step']}" max="{steps}" style="width: 30em"></progress>
<p>{html.escape(state)}</p><img src="progress.png?{last['step']}" alt="losses and correlations" style="max-width: 100%">
""")
