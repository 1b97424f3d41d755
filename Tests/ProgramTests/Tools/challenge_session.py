"""gurnd and its subscribers on different hosts: two network namespaces of their own, joined by a veth pair. Needs root.

Arguments: a folder to work in, then gurnd and its arguments. Prints a line for each thing that was found as it should be; the first
that was not ends it with 1. Ends with 77 where namespaces are not allowed."""
import os
import shutil
import socket
import struct
import subprocess
import sys

PORT = 39640
HOST, FRIEND, OTHER, STRANGER = "10.77.41.1", "10.77.41.2", "10.77.41.3", "10.78.41.2"


def message(address, *arguments):
    def text(value):
        data = value.encode() + b"\0"
        return data + b"\0" * (-len(data) % 4)

    tags = "," + "".join("s" if isinstance(a, str) else "i" for a in arguments)
    return text(address) + text(tags) + b"".join(
        text(a) if isinstance(a, str) else struct.pack(">i", a) for a in arguments)


def address_of(packet):
    return packet[: packet.index(b"\0")].decode()


def number_of(packet):
    return struct.unpack(">i", packet[-4:])[0]


class Peer:
    def __init__(self, host):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))

    def send(self, *words):
        packet = message(*words)
        self.socket.sendto(packet, (HOST, PORT))
        return len(packet)

    def receive(self, seconds=20):
        """The next datagram, None after so long."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(4096)
        except TimeoutError:
            return None

    def ask(self, *words):
        """The answer to a request: what is no stream. It is never larger than the request where nothing was proven yet."""
        self.size = self.send(*words)
        while True:
            packet = self.receive()
            check(packet is not None, f"{words} is answered")
            if address_of(packet) != "#bundle":
                return packet


def check(holds, what):
    if not holds:
        print(f"WRONG: {what}")
        sys.exit(1)


def subscribe():
    friend, other, stranger = Peer(FRIEND), Peer(OTHER), Peer(STRANGER)
    for words in [("/gurn/ping",), ("/gurn/status",), ("/gurn/pause", 1), ("/gurn/subscribe", "native")]:
        stranger.send(*words)
    question = friend.ask("/gurn/subscribe", "native")
    check(address_of(question) == "/gurn/challenge", "who is not known is asked to prove its address")
    check(len(question) <= friend.size, "the question is no larger than the request")
    token = number_of(question)
    print("a subscriber on another host is challenged")
    wrong = friend.ask("/gurn/subscribe", "native", 0, token ^ 1)
    check(address_of(wrong) == "/gurn/challenge", "a wrong answer gets no stream")
    stolen = other.ask("/gurn/subscribe", "native", 0, token)
    check(address_of(stolen) == "/gurn/challenge", "an answer holds for its own address only")
    check(len(stolen) <= other.size and number_of(stolen) != token, "every address has a challenge of its own")
    print("a wrong answer, and another host's, get no stream")
    done = friend.ask("/gurn/subscribe", "native", 0, token)
    check(address_of(done) == "/gurn/done", f"the right answer subscribes, and not {done}")
    frames = 0
    while frames < 30:
        packet = friend.receive()
        check(packet is not None, "the stream comes")
        frames += b"/gurn/face/0/present\0" in packet
    print("the right answer gets the stream")
    check(address_of(friend.ask("/gurn/status")) == "/gurn/status.reply", "who proved its address may ask")
    check(address_of(friend.ask("/gurn/unsubscribe")) == "/gurn/done", "and unsubscribe")
    print("who proved its address is answered")
    # The friend's last answer came after all that the stranger sent was read.
    check(stranger.receive(0.01) is None, "a host that is in none of the networks hears nothing")
    check(other.receive(0.01) is None, "nobody is sent what it did not subscribe to")
    print("nobody else hears anything")


def run(*words):
    return subprocess.run(words, stderr=subprocess.DEVNULL).returncode == 0


def main(folder, command):
    mine, theirs = f"gurn-a-{os.getpid()}", f"gurn-b-{os.getpid()}"
    links = f"gva{os.getpid() % 100000}", f"gvb{os.getpid() % 100000}"
    daemon = None
    try:
        setup = [("ip", "netns", "add", mine), ("ip", "netns", "add", theirs),
                 ("ip", "link", "add", links[0], "netns", mine, "type", "veth", "peer", "name", links[1], "netns", theirs)]
        for name, link, hosts in [(mine, links[0], [HOST + "/24", "10.78.41.1/24"]),
                                  (theirs, links[1], [FRIEND + "/24", OTHER + "/24", STRANGER + "/24"])]:
            setup += [("ip", "-n", name, "addr", "add", host, "dev", link) for host in hosts]
            setup += [("ip", "-n", name, "link", "set", link, "up"), ("ip", "-n", name, "link", "set", "lo", "up")]
        for words in setup:
            if not run(*words):
                print(f"not allowed here: {' '.join(words)}")
                return 77
        with open(os.path.join(folder, "gurn.yaml"), "w") as file:
            file.write(f"targets: []\ncontrol: {{port: {PORT}, networks: [10.77.41.0/24]}}\noscquery: {{port: 0}}\n")
        words = ["ip", "netns", "exec", mine] + command + ["--config", "gurn.yaml"]
        daemon = subprocess.Popen(words, cwd=folder, stderr=subprocess.PIPE, text=True)
        for line in daemon.stderr:
            if "control port" in line:
                break
        else:
            print("gurnd ended before its control port was open")
            return 1
        return subprocess.run(["ip", "netns", "exec", theirs, sys.executable, __file__, "--subscribe"]).returncode
    finally:
        if daemon:
            daemon.terminate()
            daemon.communicate()
        for name in (mine, theirs):
            run("ip", "netns", "del", name)


if __name__ == "__main__":
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if sys.argv[1] == "--subscribe":
        subscribe()
    elif not shutil.which("ip") or os.geteuid() != 0:
        print("needs root and iproute2")
        sys.exit(77)
    else:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
