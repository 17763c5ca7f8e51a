"""Milliseconds of the training step of `nn.simd.train-step-*` in PyTorch on one thread, as JSON on the last line of stdout.

    python3 torch-train-step.py '{"inputs": 16, "hidden": [64, 64], "outputs": 11, "batchSize": 256, ...}'

The same step: forward, mean Huber loss of the chosen outputs, backward, Adam. Batches are standard normal, as in
src/nn/train-step.ts; the time does not depend on them. As there, the figure is the fastest repetition of `steps` steps.
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.manual_seed(0)
spec = json.loads(sys.argv[1])

sizes = [spec["inputs"], *spec["hidden"]]
layers = []
for fan_in, fan_out in zip(sizes, sizes[1:]):
    layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
network = torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], spec["outputs"]))
# The fused Adam is PyTorch's fastest on a CPU.
adam = torch.optim.Adam(
    network.parameters(), lr=spec["learningRate"], betas=(0.9, 0.999), eps=spec["epsilon"], fused=True
)
batch = spec["batchSize"]
inputs = torch.randn(batch, spec["inputs"])
actions = torch.randint(spec["outputs"], (batch, 1))
targets = torch.randn(batch, 1)


def repetition() -> float:
    """Seconds of `steps` training steps."""
    begun = time.perf_counter()
    for _ in range(spec["steps"]):
        loss = torch.nn.functional.huber_loss(network(inputs).gather(1, actions), targets, delta=spec["delta"])
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
    return time.perf_counter() - begun


def fastest(seconds: float) -> float:
    """Seconds of the fastest repetition within a time."""
    until = time.perf_counter() + seconds
    best = repetition()
    while time.perf_counter() < until:
        best = min(best, repetition())
    return best


fastest(spec["seconds"] / 4)
print(json.dumps({"milliseconds": fastest(spec["seconds"]) / spec["steps"] * 1000, "torch": torch.__version__}))
