"""Self-check of the optimisers and of the detector's calibration: `python3 -m unittest` in this folder; needs no assets."""
import unittest

import numpy as np
import torch

from calibration import calibration_error, fit
from networks import NETWORKS
from optimizer import Muon, optimizers_of, orthogonal


class OptimizerTest(unittest.TestCase):
    def test_every_parameter_has_one_optimizer(self):
        for name, network in ((name, kind()) for name, kind in NETWORKS.items()):
            parameters = [parameter for optimizer in optimizers_of(network, 0.001) for group in optimizer.param_groups for parameter in group["params"]]
            self.assertEqual(len(parameters), len({id(parameter) for parameter in parameters}), name)
            self.assertEqual({id(parameter) for parameter in parameters}, {id(parameter) for parameter in network.parameters()}, name)

    def test_steps_turn_and_do_not_stretch(self):
        torch.manual_seed(1)
        for shape in ((12, 40), (40, 12)):
            matrix = orthogonal(torch.randn(shape) @ torch.diag(torch.logspace(0, -1, shape[1])))
            values = torch.linalg.svdvals(matrix)
            self.assertGreater(values.min().item(), 0.4)
            self.assertLess(values.max().item(), 1.3)

    def test_muon_finds_a_linear_map(self):
        torch.manual_seed(2)
        layer, truth, x = torch.nn.Linear(6, 4, bias=False), torch.randn(4, 6), torch.randn(200, 6)
        optimizer = Muon(layer.parameters())
        for step in range(400):
            optimizer.param_groups[0]["lr"] = 0.1 * (1 - step / 400)
            optimizer.zero_grad()
            ((layer(x) - x @ truth.T) ** 2).mean().backward()
            optimizer.step()
        self.assertLess((layer.weight - truth).abs().max().item(), 0.05)


class CalibrationTest(unittest.TestCase):
    def test_scale_and_bias_come_back(self):
        rng = np.random.default_rng(3)
        logits = rng.normal(0, 2, 20000)
        faces = rng.random(20000) < 1 / (1 + np.exp(-(1.8 * logits - 0.5)))
        scale, bias = fit(torch.from_numpy(logits).float(), torch.from_numpy(faces).float())
        self.assertAlmostEqual(scale, 1.8, delta=0.1)
        self.assertAlmostEqual(bias, -0.5, delta=0.1)
        before, after = (calibration_error(1 / (1 + np.exp(-values)), faces) for values in (logits, scale * logits + bias))
        self.assertGreater(before, 0.04)
        self.assertLess(after, 0.015)


if __name__ == "__main__":
    unittest.main()
