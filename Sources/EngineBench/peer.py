# The other side of `gurn bench --against onnxruntime`: runs ONNX files on request, one thread, and answers in JSON lines.
import json
import os
import sys
import time

import numpy as np
import onnxruntime as ort


def options():
    o = ort.SessionOptions()
    o.intra_op_num_threads = o.inter_op_num_threads = 1
    o.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    o.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    o.log_severity_level = 3
    return o


class Network:
    def __init__(self, path, batch, inputs):
        self.session = ort.InferenceSession(path, options(), providers=["CPUExecutionProvider"])
        given = self.session.get_inputs()[0]
        shape = [batch] + given.shape[1:]
        self.feed = np.fromfile(inputs, np.float32)[: int(np.prod(shape))].reshape(shape)
        self.binding = self.session.io_binding()
        self.binding.bind_cpu_input(given.name, self.feed)
        for output in self.session.get_outputs():
            self.binding.bind_output(output.name)

    def run(self):
        self.session.run_with_iobinding(self.binding)

    def outputs(self):
        self.run()
        names = [o.name for o in self.session.get_outputs()]
        return {n: v.ravel().tolist() for n, v in zip(names, self.binding.copy_outputs_to_cpu())}


def profile(path, batch, inputs, rounds):
    """Median microseconds of each node, by the runtime's own clock, which counts whole ones."""
    o = options()
    o.enable_profiling = True
    o.profile_file_prefix = os.path.join(os.path.dirname(path), "profile")
    session = ort.InferenceSession(path, o, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    shape = [batch] + given.shape[1:]
    feed = {given.name: np.fromfile(inputs, np.float32)[: int(np.prod(shape))].reshape(shape)}
    for _ in range(rounds):
        session.run(None, feed)
    times = {}
    for event in json.load(open(session.end_profiling())):
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            times.setdefault(event["name"][: -len("_kernel_time")], []).append(event["dur"])
    return {name: float(np.median(durations)) + 0.5 for name, durations in times.items()}


networks = {}
for line in sys.stdin:
    command = json.loads(line)
    if command["do"] == "load":
        network = Network(command["path"], command["batch"], command["inputs"])
        networks[command["name"]] = network
        answer = {"version": ort.__version__, "outputs": network.outputs()}
    elif command["do"] == "run":
        chosen = [networks[name] for name in command["names"]]
        wall, cpu = [], []
        for _ in range(command["count"]):
            begin, own = time.perf_counter_ns(), time.thread_time_ns()
            for network in chosen:
                network.run()
            cpu.append((time.thread_time_ns() - own) * 1e-9)
            wall.append((time.perf_counter_ns() - begin) * 1e-9)
        answer = {"wall": wall, "cpu": cpu}
    else:
        answer = {"nodes": profile(command["path"], command["batch"], command["inputs"], command["rounds"])}
    print(json.dumps(answer), flush=True)
