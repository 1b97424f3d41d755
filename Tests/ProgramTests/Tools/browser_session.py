"""Opens a page in a headless browser through the DevTools protocol and writes what its WebGL program is given.

Arguments: the browser, the page's address, the output, how many lines to wait for, and a PNG file for a picture of the end.
Every line of the output is a JSON object: time, weights by shape, and where the head's matrix takes +z and +y.
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import websocket

browser, address, output, frames, picture = sys.argv[1:]

# Runs in the page: after every eighth frame reads the program's own uniforms, which is slow, and lists them.
WATCH = """(() => {
  const { view, names } = window.gurn, { gl, program, uniforms } = view, list = window.shown = [];
  const places = names.map((name, index) => [name, gl.getUniformLocation(program, `weights[${index}]`)]);
  const show = view.show.bind(view);
  let count = 0;
  view.show = heard => {
    show(heard);
    if (count++ % 8 !== 0) return;
    const head = gl.getUniform(program, uniforms.head);
    const weights = Object.fromEntries(places.map(([name, place]) => [name, gl.getUniform(program, place)]));
    list.push({ time: heard.time, weights, forward: [...head.slice(6, 9)], up: [...head.slice(3, 6)] });
  };
})()"""


class Page:
    def __init__(self, profile):
        self.process = subprocess.Popen(
            [browser, "--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
             "--remote-debugging-port=0", "--remote-allow-origins=*", "--window-size=240,240", f"--user-data-dir={profile}",
             "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Written when the browser is ready: the port, and the path of its socket.
        place = pathlib.Path(profile, "DevToolsActivePort")
        while not (place.exists() and len(place.read_text().split()) == 2):
            if self.process.poll() is not None:
                sys.exit(f"the browser ended with status {self.process.returncode}")
            time.sleep(0.1)
        port, path = place.read_text().split()
        self.socket = websocket.create_connection(f"ws://127.0.0.1:{port}{path}", suppress_origin=True)
        self.number = 0
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return answer["result"]

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def wait(self, condition):
        while not self.evaluate(condition):
            time.sleep(0.1)


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
    page = Page(profile)
    try:
        page.call("Page.enable")
        page.call("Page.navigate", url=address)
        page.wait("Boolean(window.gurn)")
        page.evaluate(WATCH)
        page.wait(f"window.shown.length >= {frames}")
        shown = json.loads(page.evaluate("JSON.stringify(window.shown)"))
        image = page.call("Page.captureScreenshot", format="png")["data"]
    finally:
        page.process.kill()
        page.process.wait()
with open(picture, "wb") as file:
    file.write(base64.b64decode(image))
with open(output, "w") as file:
    for frame in shown:
        file.write(json.dumps(frame) + "\n")
