#!/usr/bin/env python3
"""Trains one network on shards of the face generator, or on faces that it renders meanwhile.

  train.py configs/window.toml --shards DIR... --validation DIR --out RUN [--steps N] [--resume]
  train.py configs/window.toml --stream --validation DIR --out RUN [--jobs J] [--pool N] [--uses N] …

RUN gets checkpoint.pt (resumable), ema.pt (what export.py reads), log.csv and progress.html with progress.png, a page that
reloads itself: losses and each channel's validation correlation. One thread trains, one process makes crops; two cores are
enough.
"""
import argparse
import copy
import csv
import sys
import time
import tomllib
from pathlib import Path
from queue import Empty

import numpy as np
import torch
import torch.multiprocessing as multiprocessing

from detection import FrameSampler
from losses import LOSSES, figures
from negatives import load_panoramas
from networks import NETWORKS, multiply_adds
from optimizer import optimizers_of
from progress import write_progress
from samples import EYE_INDEX, WHOLE_CROPS, Sampler
from shards import Shards
from stream import StreamError, generator_pool
from teacher import Teacher, shrink


def stream_command(args, seed):
    """The generator's command line; another seed after a resume gives other faces."""
    return [*args.generator.split(), "generate", "--stream", "--jobs", str(args.jobs), "--seed", str(seed), "--count", "32",
            "--negatives", "8", "--assets", str(args.panoramas.parent)] + (["--smooth"] if args.smooth else [])


def produce(queue, config, args, seed):
    torch.set_num_threads(1)
    try:
        pool = generator_pool(stream_command(args, seed), args.pool, args.uses) if args.stream else None
        make_batches(queue, config, args, seed, pool if args.stream else Shards(args.shards), pool)
    except StreamError as error:
        raise SystemExit(str(error))


def make_batches(queue, config, args, seed, shards, pool):
    """Puts batches without end, of a pool or of shards in random order."""
    panoramas, hard_negatives = args.panoramas, args.hard_negatives
    rng = np.random.default_rng(seed)
    if config["task"] == "detector":
        if args.stream:
            pool.fill()
        sampler = FrameSampler(shards, load_panoramas(panoramas), seed)
        while True:
            if args.stream:
                # About one face a frame; which ones, the sampler draws.
                pool.indices(rng, config["batch"])
            queue.put(sampler.batch(config["batch"]))
    sampler = Sampler(config["task"], shards, load_panoramas(panoramas), config.get("crop", config["network"].get("size")), seed,
                      hard=np.load(hard_negatives) if hard_negatives else None)
    while args.stream:
        queue.put(sampler.batch(pool.indices(rng, config["batch"])))
    while True:
        order = shards.by_person(rng)
        for start in range(0, len(order) - config["batch"] + 1, config["batch"]):
            queue.put(sampler.batch(order[start:start + config["batch"]]))


def next_batch(queue, workers):
    """Waits for a batch; ends the run if a process that makes them has died."""
    while True:
        try:
            return queue.get(timeout=5)
        except Empty:
            if not all(worker.is_alive() for worker in workers):
                raise SystemExit("the process that makes batches has ended; its error stands above")


def validation_set(config, folder, panoramas, count):
    shards = Shards([folder])
    if config["task"] == "detector":
        batches = [FrameSampler(shards, load_panoramas(panoramas), 7).batch(count)]
    else:
        sampler = Sampler(config["task"], shards, load_panoramas(panoramas), config["network"]["size"], 7, clean=True)
        batches = [sampler.batch(range(min(count, len(shards))))]
    images, targets = batches[0]
    return torch.from_numpy(images), {key: torch.from_numpy(value) for key, value in targets.items()}


def set_scales(network, task, shards):
    """Gives the output layers the labels' means and deviations."""
    weights = torch.from_numpy(shards.labels["weights"])
    if task == "window":
        # The deviation of a mirrored pair is shared, so that a flip changes nothing.
        network.expression.mean.copy_(weights.mean(0))
        network.expression.deviation.copy_(weights.std(0).clamp(min=0.05))
        window, landmarks = (torch.from_numpy(shards.labels[name]).float() for name in ("window", "landmarks"))
        c, s = torch.cos(window[:, 3])[:, None], torch.sin(window[:, 3])[:, None]
        d = landmarks - window[:, None, :2]
        local = torch.stack([d[..., 0] * c - d[..., 1] * s, d[..., 0] * s + d[..., 1] * c], 2) * 2 / window[:, 2, None, None]
        network.geometry.mean[:140] = local.mean(0).reshape(-1)
        network.geometry.deviation[:140] = 0.3
        network.geometry.mean[140:146] = torch.tensor([1.0, 0, 0, 0, 1, 0])
        network.geometry.deviation[140:146] = 0.4
        network.geometry.deviation[146:150] = 0.15
    elif task == "eye":
        both = torch.cat([weights[:, EYE_INDEX["left"]], weights[:, EYE_INDEX["right"]]])
        network.weights.mean.copy_(both.mean(0))
        network.weights.deviation.copy_(both.std(0).clamp(min=0.05))
    elif task in WHOLE_CROPS:
        chosen = weights[:, WHOLE_CROPS[task][1]]
        network.weights.mean.copy_(chosen.mean(0))
        network.weights.deviation.copy_(chosen.std(0).clamp(min=0.05))


@torch.no_grad()
def validate(task, network, images, targets):
    network.eval()
    parts = [network(images[i:i + 128]) for i in range(0, len(images), 128)]
    return figures(task, network, [torch.cat(column) for column in zip(*parts)], targets)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--shards", nargs="+", help="folders that `gurn generate` wrote")
    parser.add_argument("--stream", action="store_true", help="train on faces that the generator renders meanwhile")
    parser.add_argument("--generator", default="gurn", help="the program that renders them")
    parser.add_argument("--jobs", type=int, default=1, help="threads that render")
    parser.add_argument("--smooth", action="store_true", help="render with smooth edges, slower")
    parser.add_argument("--pool", type=int, default=20000, help="faces held in memory, 92 kB each")
    parser.add_argument("--uses", type=float, default=12, help="how often a face serves on average")
    parser.add_argument("--validation", required=True)
    parser.add_argument("--panoramas", type=Path, default=Path("../shared/assets/polyhaven_hdri"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--start-from", type=Path, help="weights (ema.pt) of an earlier run to start from")
    parser.add_argument("--hard-negatives", type=Path, help="crops without a face that mine.py found")
    parser.add_argument("--teacher", type=Path, help="weights (ema.pt) of a larger network to learn from as well")
    parser.add_argument("--teacher-weight", type=float, default=1.0, help="of the loss towards the teacher, beside 1 of the labels'")
    parser.add_argument("--rate", type=float, help="the learning rate instead of the configuration's")
    args = parser.parse_args()
    if bool(args.shards) == args.stream:
        parser.error("name --shards DIR... or --stream, one of them")
    config = tomllib.loads(args.config.read_text())
    task, steps = config["task"], args.steps or config["steps"]
    config["rate"] = args.rate or config["rate"]
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(config["seed"])
    args.out.mkdir(parents=True, exist_ok=True)

    network = NETWORKS[task](**config["network"])
    teacher = Teacher(args.teacher, task) if args.teacher else None
    if teacher:
        teacher.check(network)
        config["crop"] = teacher.size[0] if teacher.size[0] == teacher.size[1] else list(teacher.size[::-1])
        config["teacher"] = str(args.teacher)
    # A stream's labels come as it runs: the validation set's have the same distribution.
    shards = Shards(args.shards or [args.validation])
    set_scales(network, task, shards)
    if args.start_from:
        network.load_state_dict(torch.load(args.start_from, weights_only=False)["network"])
    network = network.to(memory_format=torch.channels_last)
    average = copy.deepcopy(network)
    print(f"{task}: {'a stream of faces' if args.stream else f'{len(shards)} faces'}, {multiply_adds(network) / 1e6:.1f} MMAC, {sum(p.numel() for p in network.parameters())} weights", flush=True)
    images, targets = validation_set(config, args.validation, args.panoramas, 768)

    optimizers = optimizers_of(network, config["weight_decay"])
    step, rows = 0, []
    if args.resume and (args.out / "checkpoint.pt").exists():
        saved = torch.load(args.out / "checkpoint.pt", weights_only=False)
        network.load_state_dict(saved["network"])
        average.load_state_dict(saved["average"])
        for optimizer, state in zip(optimizers, saved["optimizers"]):
            optimizer.load_state_dict(state)
        step, rows = saved["step"], saved["rows"]

    context = multiprocessing.get_context("fork")
    queue = context.Queue(8)
    workers = [context.Process(target=produce, args=(queue, config, args, config["seed"] + step + 1000 * index), daemon=True)
               for index in range(config.get("workers", 1))]
    for worker in workers:
        worker.start()

    loss_of, losses, began, first = LOSSES[task], [], time.time(), step
    while step < steps:
        progress = step / steps
        rate = config["rate"] * min(1, (step + 1) / 200) * (0.5 * (1 + np.cos(np.pi * progress)) + 0.005)
        for group in (group for optimizer in optimizers for group in optimizer.param_groups):
            group["lr"] = rate
        x, y = next_batch(queue, workers)
        x = torch.from_numpy(x).contiguous(memory_format=torch.channels_last)
        y = {key: torch.from_numpy(value) for key, value in y.items()}
        network.train()
        with torch.autocast("cpu", torch.bfloat16):
            outputs = network(shrink(x, network.size) if teacher else x)
        loss = loss_of(network, outputs, y)
        if teacher:
            loss = loss + args.teacher_weight * teacher.loss(network, outputs, x, y)
        network.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 10)
        for optimizer in optimizers:
            optimizer.step()
        losses.append(loss.item())
        step += 1
        keep = min(0.998, step / (step + 20))
        with torch.no_grad():
            for mine, theirs in zip(average.state_dict().values(), network.state_dict().values()):
                if mine.dtype.is_floating_point:
                    mine.lerp_(theirs, 1 - keep)
                else:
                    mine.copy_(theirs)
        if step % 20 == 0 and sys.stderr.isatty():
            bar = "█" * (30 * step // steps)
            left = (steps - step) * (time.time() - began) / (step - first)
            print(f"\r{bar:·<30} {step}/{steps} loss {np.mean(losses[-50:]):.4f} left {left:.0f}s ", end="", file=sys.stderr, flush=True)
        if step % config["validate_every"] == 0 or step == steps:
            result = validate(task, average, images, targets)
            speed = (step - first) / (time.time() - began)
            rows.append({"step": step, "loss": float(np.mean(losses[-200:])), **result})
            shown = " ".join(f"{key} {value:.3f}" for key, value in result.items() if key in config["show"])
            print(f"{step}/{steps} {time.time() - began:.0f}s left {(steps - step) / speed:.0f}s loss {rows[-1]['loss']:.4f} mean {result['mean']:.4f} {shown}", flush=True)
            torch.save({"network": network.state_dict(), "average": average.state_dict(), "optimizers": [optimizer.state_dict() for optimizer in optimizers], "step": step, "rows": rows}, args.out / "checkpoint.pt")
            torch.save({"network": average.state_dict(), "config": config, "figures": result, "steps": step}, args.out / "ema.pt")
            with open(args.out / "log.csv", "w", newline="") as file:
                writer = csv.DictWriter(file, fieldnames=list(rows[-1]), extrasaction="ignore", restval="")
                writer.writeheader()
                writer.writerows(rows)
            write_progress(args.out, task, rows, steps, time.time() - began, (steps - step) / speed)
    for worker in workers:
        worker.terminate()


if __name__ == "__main__":
    main()
