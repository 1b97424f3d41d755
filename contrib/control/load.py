#!/usr/bin/env python3
"""What gurnd's frames cost while others load it, with gurnd as its users run it. Needs nothing but Python's own library.

  load.py fuzz    a hundred thousand packets of ill will on the control port (--packets): broken bytes, nested and endless bundles, wrong
                  types, pattern bombs, oversize. The frames' rate and age and the processor time of the busiest thread, which tracks, before, during and
                  after, the daemon's memory, and whether it still answers.
  load.py idle    a hundred OSCQuery clients that do nothing (--clients): WebSockets that listen to no address, and HTTP connections
                  that are kept open. The daemon's processor time a second before, with and after them.

--gurnd names the program (by default .build/release/gurnd). Ends with 1 where the daemon fails."""
import argparse
import base64
import os
import random
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TICKS = os.sysconf("SC_CLK_TCK")


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return data + b"\0" * (4 - len(data) % 4)


def message(address, *arguments):
    tags, data = ",", b""
    for argument in arguments:
        if isinstance(argument, str):
            tags, data = tags + "s", data + text(argument)
        elif isinstance(argument, float):
            tags, data = tags + "f", data + struct.pack(">f", argument)
        else:
            tags, data = tags + "i", data + struct.pack(">i", argument)
    return text(address) + text(tags) + data


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Ear(threading.Thread):
    """Hears the native stream and notes when each frame came and how old it was."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.frames = []

    def run(self):
        mark = text("/gurn/face/0/age") + text(",f")
        while True:
            packet = self.socket.recv(4096)
            place = packet.find(mark)
            if place >= 0:
                age = struct.unpack_from(">f", packet, place + len(mark))[0]
                self.frames.append((time.monotonic(), age))


class Daemon:
    def __init__(self, program, folder, ear):
        self.control, self.http = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
        path = os.path.join(folder, "gurn.yaml")
        with open(path, "w") as file:
            file.write(f"targets: [{{port: {ear.port}, schema: native}}]\ncontrol: {{port: {self.control}}}\n"
                       f"oscquery: {{port: {self.http}, announce: false}}\ntracking: {{executor: simd}}\n")
        words = [program, "--config", path, "--source", os.path.join(ROOT, "Sessions/even.mp4"), "--loop", "--models",
                 os.path.join(ROOT, "Models")]
        self.process = subprocess.Popen(words, stderr=subprocess.DEVNULL)

    def threads(self):
        """Processor seconds of each thread, by its number."""
        result = {}
        base = f"/proc/{self.process.pid}/task"
        for thread in os.listdir(base):
            try:
                with open(f"{base}/{thread}/stat") as file:
                    stat = file.read()
            except OSError:
                continue
            fields = stat[stat.rindex(")") + 2 :].split()
            result[thread] = (int(fields[11]) + int(fields[12])) / TICKS
        return result

    def memory(self):
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1048576

    def answers(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(2)
            for _ in range(5):
                probe.sendto(message("/gurn/ping"), ("127.0.0.1", self.control))
                try:
                    return probe.recv(2048).startswith(b"/gurn/pong")
                except TimeoutError:
                    continue
        return False


def measure(name, daemon, ear, work):
    """Does the work and prints what the frames were like meanwhile."""
    before, start, first = daemon.threads(), time.monotonic(), len(ear.frames)
    work()
    seconds, after = time.monotonic() - start, daemon.threads()
    frames = ear.frames[first:]
    ages = sorted(age * 1000 for _, age in frames)
    spent = {thread: after[thread] - before.get(thread, 0) for thread in after}
    track = max(spent.values())
    print(f"{name:8} {seconds:6.1f} s  {len(frames) / seconds:5.1f} frames/s  age median {statistics.median(ages):5.2f} ms  "
          f"95 % {ages[len(ages) * 95 // 100]:5.2f} ms  busiest thread {track / max(1, len(frames)) * 1000:5.2f} ms a frame  "
          f"whole daemon {sum(spent.values()) / seconds * 100:5.1f} % of a core  {daemon.memory():6.1f} MiB")


def bad_packet(dice):
    addresses = ["/gurn/subscribe", "/gurn/unsubscribe", "/gurn/status", "/gurn/set", "/gurn/profile", "/gurn/calibrat", "/gurn/*"]
    arguments = [dice.choice([dice.randint(-2**31, 2**31 - 1), float("nan"), 1e38, "native", "vmc", "%n" * 20, "../" * 9, "é*"])
                 for _ in range(dice.randint(0, 4))]
    packet = bytearray(message(dice.choice(addresses), *arguments))
    kind = dice.random()
    if kind < 0.4:
        for _ in range(dice.randint(1, 4)):
            packet[dice.randrange(len(packet))] = dice.randrange(256)
    elif kind < 0.6:
        for _ in range(dice.randint(1, 60)):
            size = len(packet) if dice.random() < 0.5 else dice.randrange(2**32)
            packet = bytearray(text(b"#bundle") + struct.pack(">QI", 1, size) + packet)
    elif kind < 0.7:
        packet = bytearray(text("/" + dice.choice(["*", "{a,b}", "[!a-z]", "?", "//"]) * 200) + text(","))
    elif kind < 0.8:
        packet = bytearray(dice.randbytes(dice.randrange(600)))
    elif kind < 0.81:
        packet += bytes(dice.randint(8000, 20000))
    return bytes(packet)


def fuzz(daemon, ear, count, seconds):
    dice = random.Random(20261121)
    packets = [bad_packet(dice) for _ in range(4000)]
    measure("before", daemon, ear, lambda: time.sleep(seconds))

    def throw():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            pause = seconds / (count / 100)
            for index in range(count):
                sender.sendto(packets[index % len(packets)], ("127.0.0.1", daemon.control))
                if index % 100 == 99:
                    time.sleep(pause)

    measure("fuzz", daemon, ear, throw)
    measure("after", daemon, ear, lambda: time.sleep(seconds))


def idle(daemon, ear, clients, seconds):
    measure("before", daemon, ear, lambda: time.sleep(seconds))
    sockets = []
    for index in range(clients):
        client = socket.create_connection(("127.0.0.1", daemon.http))
        lines = ["GET / HTTP/1.1", f"Host: 127.0.0.1:{daemon.http}"]
        if index % 2 == 0:
            key = base64.b64encode(os.urandom(16)).decode()
            lines += ["Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        client.sendall("\r\n".join(lines + ["", ""]).encode())
        client.recv(65536)
        sockets.append(client)
    measure("idle", daemon, ear, lambda: time.sleep(seconds))
    for client in sockets:
        client.close()
    measure("after", daemon, ear, lambda: time.sleep(seconds))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["fuzz", "idle"])
    parser.add_argument("--gurnd", default=os.path.join(ROOT, ".build/release/gurnd"))
    parser.add_argument("--packets", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        ear = Ear()
        daemon = Daemon(os.path.abspath(given.gurnd), folder, ear)
        try:
            ear.start()
            patience = time.monotonic() + 60
            while len(ear.frames) < 60:
                if daemon.process.poll() is not None or time.monotonic() > patience:
                    sys.exit("gurnd sends no frames")
                time.sleep(0.1)
            if given.what == "fuzz":
                fuzz(daemon, ear, given.packets, given.seconds)
            else:
                idle(daemon, ear, given.clients, given.seconds)
            good = daemon.process.poll() is None and daemon.answers()
            print("gurnd goes on and answers" if good else "gurnd has ended or does not answer")
            return 0 if good else 1
        finally:
            daemon.process.terminate()
            daemon.process.wait()


if __name__ == "__main__":
    sys.exit(main())
