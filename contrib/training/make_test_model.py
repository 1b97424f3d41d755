#!/usr/bin/env python3
"""Makes the fixture of the ONNX reader's test: a small network with random weights and every operator that is read.

Writes Tests/Fixtures/import-test.onnx, and import-test.json with an input and what onnxruntime makes of it.
Needs torch, onnx and onnxruntime. Run it from the repository's root:  python3 contrib/training/make_test_model.py
"""
import json
import pathlib

import numpy
import onnx
import onnxruntime
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.separable = nn.Sequential(
            nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.ReLU6(), nn.Conv2d(8, 12, 1), nn.BatchNorm2d(12), nn.ELU())
        self.residual = nn.Sequential(
            nn.Conv2d(12, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 12, 3, padding=1), nn.BatchNorm2d(12))
        self.pool = nn.AvgPool2d(2)
        self.down = nn.Sequential(nn.Conv2d(12, 12, 3, stride=2, padding=1, groups=12), nn.Conv2d(12, 7, 1, stride=2))
        self.dropout = nn.Dropout(0.5)
        self.flat = nn.Linear(7 * 2 * 2, 10)
        self.head = nn.Linear(10, 6)
        self.weight = nn.Parameter(torch.randn(12, 4) * 0.3)
        self.bias = nn.Parameter(torch.randn(4))

    def forward(self, image):
        x = self.separable(self.stem(image))
        x = torch.relu(x + self.residual(x))
        y = self.pool(x)
        z = self.dropout(torch.flatten(self.down(y), 1))
        weights = torch.sigmoid(self.head(torch.relu(self.flat(z))))
        mean = torch.matmul(x.mean((2, 3)), self.weight) + self.bias
        pooled = nn.functional.adaptive_avg_pool2d(y, 1)
        return weights, mean, pooled


def main():
    torch.manual_seed(7)
    network = Network().eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 2)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.3)
    folder = pathlib.Path("Tests/Fixtures")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "import-test.onnx"
    image = torch.randn(1, 1, 24, 28)
    torch.onnx.export(
        network, image, path, input_names=["image"], output_names=["weights", "mean", "pooled"], opset_version=17,
        dynamo=False, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE,
        dynamic_axes={"image": {0: "batch"}})

    model = onnx.load(path)
    entry = model.metadata_props.add()
    entry.key = "gurn"
    entry.value = json.dumps({
        "name": "import test", "normalization": "meanVariance",
        "outputs": [
            {"name": "blendshapes", "unit": "weight", "tensor": "weights", "range": [0, 4],
             "elements": ["jawOpen", "mouthClose", "tongueOut", "cheekPuff"]},
            {"name": "confidence", "unit": "logit", "tensor": "weights", "range": [4, 6]},
            {"name": "mean", "unit": "", "tensor": "mean"},
            {"name": "pooled", "unit": "", "tensor": "pooled"},
        ]})
    onnx.save(model, path)
    results = onnxruntime.InferenceSession(path).run(None, {"image": image.numpy()})
    numbers = {name: [float(numpy.float32(v)) for v in result.ravel()]
               for name, result in zip(["weights", "mean", "pooled"], results)}
    numbers["image"] = image.numpy().ravel().tolist()
    (folder / "import-test.json").write_text(
        json.dumps({k: [float(f"{v:.9g}") for v in values] for k, values in numbers.items()}) + "\n")
    print(sorted({node.op_type for node in model.graph.node}))


if __name__ == "__main__":
    main()
