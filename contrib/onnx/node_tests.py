#!/usr/bin/env python3
"""Writes the ONNX project's node tests as folders, each with model.onnx and test_data_set_N/{input,output}_N.pb.

    pip install onnx
    contrib/onnx/node_tests.py build/onnx-node-tests
    gurn model test build/onnx-node-tests --executor reference

Older wheels of onnx ship these folders (onnx/backend/test/data/node); newer ones make the tests in Python, and this
writes what they make. Tests whose inputs or outputs are no tensors (sequences, maps, optionals) are left out.
"""

import argparse
import pathlib

import numpy
import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import load_model_tests


def proto(value, info):
    """A tensor as the tests keep it, or None for what is no tensor."""
    if not info.type.HasField("tensor_type"):
        return None
    if isinstance(value, onnx.TensorProto):
        return value
    return numpy_helper.from_array(numpy.asarray(value), info.name)


def write(case, folder):
    graph = case.model.graph
    files = {"model.onnx": case.model.SerializeToString()}
    for number, (inputs, outputs) in enumerate(case.data_sets):
        for kind, values, infos in (("input", inputs, graph.input), ("output", outputs, graph.output)):
            for index, (value, info) in enumerate(zip(values, infos)):
                tensor = proto(value, info)
                if tensor is None:
                    return False
                files[f"test_data_set_{number}/{kind}_{index}.pb"] = tensor.SerializeToString()
    for name, data in files.items():
        path = folder / case.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path, help="where the tests go, a folder each")
    folder = parser.parse_args().folder
    numpy.random.seed(1)
    cases = load_model_tests(kind="node")
    written = sum(write(case, folder) for case in cases)
    print(f"onnx {onnx.__version__}: {written} of {len(cases)} node tests are in {folder}")


if __name__ == "__main__":
    main()
