"""Hears gurnd with python-osc. Arguments: output, how many frames to wait for. The first line printed is `port N`.

Every line of the output is a JSON object: time, weights by shape. Native and VMC are both understood.
"""

import json
import sys

from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer

output, frames = sys.argv[1], int(sys.argv[2])
lines, weights, moment = [], {}, 0.0


def hear(address, *arguments):
    global moment
    if address.startswith("/gurn/face/0/blend/"):
        weights[address.rsplit("/", 1)[1]] = arguments[0]
    elif address == "/VMC/Ext/Blend/Val":
        weights[arguments[0][0].lower() + arguments[0][1:]] = arguments[1]
    elif address in ("/gurn/face/0/time", "/VMC/Ext/T"):
        moment = arguments[0]
    if address in ("/gurn/face/0/time", "/VMC/Ext/Blend/Apply"):
        lines.append({"time": moment, "weights": dict(weights)})


dispatcher = Dispatcher()
dispatcher.set_default_handler(hear)
server = BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher)
print(f"port {server.server_address[1]}", flush=True)
while len(lines) < frames:
    server.handle_request()
with open(output, "w") as file:
    for line in lines:
        file.write(json.dumps(line) + "\n")
