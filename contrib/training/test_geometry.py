"""Self-check of what geometry.py fits and export.py folds: `python3 -m unittest` in this folder; needs no assets."""
import unittest

import numpy as np
import torch

from export import GEOMETRY_SHARE, fold_into_local, fold_into_window
from geometry import BROWS, LEFT, MIRRORED_COLUMNS, fit_brows, fit_rotation, heights, mirrored_answers
from networks import EyeNetwork, Scaled, WindowNetwork
from samples import POINTS
from shards import BLENDSHAPES, MIRRORED_LANDMARKS


def folded(network):
    for name, module in list(network.named_children()):
        if isinstance(module, Scaled):
            setattr(network, name, module.folded())
    return network.eval()


def answers(count=600, seed=1):
    """Random landmarks, and rotations and brows that are linear in them and know no side."""
    rng = np.random.default_rng(seed)
    eye, mouth = len(POINTS["left"]) * 2, len(POINTS["mouth"]) * 2
    said = {"window": rng.normal(0, 1, (count, 144)), "eye": rng.normal(0, 1, (count, 2, eye)), "mouth": rng.normal(0, 1, (count, mouth)),
            "person": np.arange(count) // 8, "rotation": np.zeros((count, 6))}
    signs = MIRRORED_COLUMNS[:, None]
    parts = {name: rng.normal(0, 1, (6, size)) for name, size in (("window", 144), ("eye", eye), ("mouth", mouth))}

    def rotation(said):
        return said["window"] @ parts["window"].T + said["mouth"] @ parts["mouth"].T + said["eye"][:, 0] @ parts["eye"].T + (
            said["eye"][:, 1] @ (signs * parts["eye"]).T)

    # The mean of a linear map and of its mirror image knows no side.
    mirrored = mirrored_answers(said)
    said["rotation"] = (rotation(said) + rotation(mirrored) * MIRRORED_COLUMNS) / 2 + [1, 0, 0, 0, 1, 0]
    weights = np.zeros((count, 52))
    for side, points in (("Left", LEFT), ("Right", [int(point) for point in MIRRORED_LANDMARKS[LEFT]])):
        seen = said["window"][:, :140] @ heights(points).T
        weights[:, BLENDSHAPES.index("browDown" + side)] = seen @ [-0.5, -0.2, 0.1, 0, 0, 0.1, 0.2, 0.1] + 0.1
        weights[:, BLENDSHAPES.index("browOuterUp" + side)] = seen @ [0, 0.3, 0.5, 0, 0.1, 0, 0, 0] + 0.2
        weights[:, BLENDSHAPES.index("browInnerUp")] += seen @ [0.2, 0.1, 0, 0, 0, 0, 0.1, 0]
    said["weights"] = weights
    return said


class Fits(unittest.TestCase):
    def test_mirroring_twice_changes_nothing(self):
        said = answers(40)
        twice = mirrored_answers(mirrored_answers(said))
        for name in ("window", "eye", "mouth", "rotation"):
            np.testing.assert_allclose(twice[name], said[name])

    def test_a_rotation_that_is_linear_in_the_landmarks_is_found(self):
        said = answers()
        fit = fit_rotation(said)
        read = said["window"] @ fit["window"].T + said["mouth"] @ fit["mouth"].T + fit["bias"]
        read += said["eye"][:, 0] @ fit["eye"].T + (said["eye"][:, 1] @ fit["eye"].T) * MIRRORED_COLUMNS
        for column in range(6):
            self.assertGreater(np.corrcoef(read[:, column], said["rotation"][:, column])[0, 1], 0.99)

    def test_brows_are_found_from_what_is_around_the_eyes(self):
        said = answers()
        matrix, bias = fit_brows(said)
        read = said["window"][:, :140] @ matrix.T + bias
        for index, name in enumerate(BROWS):
            share = 0.6 if name == "browInnerUp" else 0.99
            self.assertGreater(np.corrcoef(read[:, index], said["weights"][:, BLENDSHAPES.index(name)])[0, 1], share, name)


class Folds(unittest.TestCase):
    def readings(self):
        make = torch.Generator().manual_seed(3)
        return {"rotation_window": 0.05 * torch.randn(6, 144, generator=make), "rotation_bias": torch.randn(6, generator=make),
                "brows": 0.02 * torch.randn(5, 140, generator=make), "brow_bias": 0.1 * torch.ones(5)}

    def test_the_window_says_its_share_and_the_brows(self):
        torch.manual_seed(2)
        network, readings, picture = folded(WindowNetwork()), self.readings(), torch.randn(3, 1, 96, 96)
        with torch.no_grad():
            geometry, weights = (tensor.clone() for tensor in network(picture))
            fold_into_window(network, readings)
            after, brows = network(picture)
        told = torch.cat([geometry[:, :140], geometry[:, 146:150]], 1)
        expected = GEOMETRY_SHARE * (told @ readings["rotation_window"].T + readings["rotation_bias"]) + (1 - GEOMETRY_SHARE) * geometry[:, 140:146]
        torch.testing.assert_close(after[:, 140:146], expected, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(torch.cat([after[:, :140], after[:, 146:]], 1), torch.cat([geometry[:, :140], geometry[:, 146:]], 1))
        chosen = [BLENDSHAPES.index(name) for name in BROWS]
        torch.testing.assert_close(brows[:, chosen], geometry[:, :140] @ readings["brows"].T + readings["brow_bias"], atol=1e-4, rtol=1e-4)
        others = [index for index in range(52) if index not in chosen]
        torch.testing.assert_close(brows[:, others], weights[:, others], atol=1e-5, rtol=1e-4)

    def test_an_eye_says_its_summand_behind_its_weights(self):
        torch.manual_seed(4)
        network, picture = folded(EyeNetwork()), torch.randn(2, 1, 48, 48)
        matrix = torch.randn(6, 2 * len(POINTS["left"]))
        with torch.no_grad():
            weights = network(picture)[0].clone()
            points = network.points(torch.relu(network.hidden(network.trunk(picture).flatten(1))))
            fold_into_local(network, matrix)
            said = network(picture)[0]
        torch.testing.assert_close(said[:, :weights.shape[1]], weights)
        torch.testing.assert_close(said[:, weights.shape[1]:], GEOMETRY_SHARE * points @ matrix.T, atol=1e-4, rtol=1e-4)
        self.assertEqual(network.outputs[-1]["range"], [10, 16])


if __name__ == "__main__":
    unittest.main()
