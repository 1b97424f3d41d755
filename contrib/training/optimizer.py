"""How the networks learn: Muon for hidden matrices and convolutions, AdamW for outputs, biases and normalisation."""
import torch


# Output layers: Muon is for what lies between two layers (Jordan et al. 2024).
HEADS = ("weights", "points", "geometry", "expression", "head")


def optimizers_of(network, weight_decay):
    """The optimisers of a network, each with its parameters; one learning rate serves all."""
    hidden, heads, plain = [], [], []
    for name, parameter in network.named_parameters():
        if parameter.dim() == 1:
            plain.append(parameter)
        else:
            (heads if name.split(".")[0] in HEADS else hidden).append(parameter)
    return [Muon(hidden, weight_decay=weight_decay),
            torch.optim.AdamW([{"params": heads, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0}])]


class Muon(torch.optim.Optimizer):
    """Momentum whose steps are made orthogonal (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks").

    A convolution's weights count as a matrix of outputs × the rest. Steps have the size of Adam's (0.2 √max(rows, columns), Liu et
    al. 2025, "Muon is Scalable for LLM Training"), so that one learning rate and weight decay serve both.
    """

    def __init__(self, parameters, lr=0.002, momentum=0.95, weight_decay=0.0):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                gradient, state = parameter.grad, self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(gradient)
                momentum = state["momentum"].lerp_(gradient, 1 - group["momentum"])
                update = orthogonal(gradient.lerp(momentum, group["momentum"]).reshape(len(parameter), -1))
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update.view(parameter.shape), alpha=-group["lr"] * 0.2 * max(update.shape) ** 0.5)


def orthogonal(matrix, steps=5):
    """Nearly the orthogonal factor of a matrix: a quintic Newton–Schulz iteration."""
    x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.T if matrix.shape[0] > matrix.shape[1] else x
