#!/usr/bin/env python3
"""Writes known architectures with random weights as ONNX tests, with onnxruntime's outputs as the right ones.

    pip install torch torchvision onnx onnxruntime
    contrib/onnx/networks.py build/onnx-networks
    gurn model test build/onnx-networks --as-file --relative 1e-2 --of-largest --verbose

ResNet-50 and MobileNetV2 are torchvision's, at 224 x 224 or --edge; batch normalisation gets running statistics that are not those
of a fresh network, so that folding it shows. The multilayer perceptrons are those of Ma et al., Moving Deep Learning into Web
Browser: How Far Can We Go? (WWW 2019): depth 1, 2, 4, 8, width 64, 128, 256.
"""

import argparse
import pathlib
import sys

import numpy
import onnx
import onnxruntime
import torch
from onnx import numpy_helper

try:
    import torchvision
except RuntimeError:
    # Beside a torch without CUDA, torchvision's wheel can't load operators of its own. These networks don't need them,
    # but their names must be known.
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[name]
    operators = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision


def perceptron(depth, width):
    layers = []
    for _ in range(depth):
        layers += [torch.nn.Linear(width, width), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(width, 10))


def networks(edge):
    yield "resnet50", torchvision.models.resnet50(weights=None), (1, 3, edge, edge)
    yield "mobilenet_v2", torchvision.models.mobilenet_v2(weights=None), (1, 3, edge, edge)
    for depth in (1, 2, 4, 8):
        for width in (64, 128, 256):
            yield f"mlp_{depth}x{width}", perceptron(depth, width), (1, width)


def settle(network, shape):
    """Gives every normalisation statistics of its own: those of a few random pictures, moved a little."""
    network.train()
    with torch.no_grad():
        network(torch.randn(4, *shape[1:]))
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.weight.uniform_(0.7, 1.3)
                module.bias.uniform_(-0.2, 0.2)
    return network.eval()


def write(name, network, shape, folder):
    network = settle(network, shape)
    image = torch.randn(*shape)
    data = folder / name / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    path = folder / name / "model.onnx"
    torch.onnx.export(
        network, (image,), str(path), dynamo=False, opset_version=17, input_names=["input"], output_names=["output"]
    )
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    output = session.run(None, {"input": image.numpy()})[0]
    for kind, array in (("input", image.numpy()), ("output", output)):
        tensor = numpy_helper.from_array(numpy.ascontiguousarray(array), kind)
        (data / f"{kind}_0.pb").write_bytes(tensor.SerializeToString())
    print(f"{name}: {sum(p.numel() for p in network.parameters())} parameters, outputs within ±{abs(output).max():.3g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path, help="where the tests go, a folder each")
    parser.add_argument("--seed", type=int, default=1, help="of weights and inputs")
    parser.add_argument("--edge", type=int, default=224, help="of the pictures, pixels")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, onnx {onnx.__version__}, "
          f"onnxruntime {onnxruntime.__version__}")
    for name, network, shape in networks(arguments.edge):
        write(name, network, shape, arguments.folder)


if __name__ == "__main__":
    main()
