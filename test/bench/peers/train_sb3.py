"""Trains Stable-Baselines3 on a task until an evaluation reaches the threshold; prints a PeerRun (peer-run.ts) as JSON.

    python3 train_sb3.py SPEC    SPEC: what `compare.ts` writes of a task

One thread. Seconds are those of training: evaluations, played at the same env steps as ours, are not counted.
"""

import json
import sys
import time

import gymnasium as gym
import numpy as np
import stable_baselines3 as sb3
import torch
from bidlab_env import BidlabVecEnv
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor

torch.set_num_threads(1)
spec = json.loads(sys.argv[1])
arguments = spec["arguments"]
ACTIVATION = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[arguments["activation"]]


class SharedLayers(BaseFeaturesExtractor):
    """Hidden layers that policy and value share."""

    def __init__(self, observation_space, hidden):
        super().__init__(observation_space, hidden[-1])
        sizes = [observation_space.shape[0], *hidden]
        layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (torch.nn.Linear(a, b), ACTIVATION())]
        self.layers = torch.nn.Sequential(*layers)

    def forward(self, observations):
        return self.layers(observations)


class Scaled(gym.RewardWrapper):
    """Rewards times the scale that our learner gives them."""

    def reward(self, reward):
        return reward * arguments["rewardScale"]


def mean_first_return(model, judge) -> float:
    """Mean return of the first episode of every copy, played greedily."""
    observations = judge.reset()
    running = np.ones(judge.num_envs, bool)
    returns = np.zeros(judge.num_envs)
    while running.any():
        actions, _ = model.predict(observations, deterministic=True)
        observations, rewards, dones, _ = judge.step(actions)
        returns[running] += rewards[running]
        running &= ~dones
    return float(returns.mean())


class Judging(BaseCallback):
    """Evaluates between rounds of learning, at whole multiples of the interval, and stops at the threshold."""

    def __init__(self, judge):
        super().__init__()
        self.judge, self.curve, self.judging, self.reached = judge, [], 0.0, False

    def _on_training_start(self):
        self.begun = time.perf_counter()

    def _on_rollout_start(self):
        if self.num_timesteps > 0 and self.num_timesteps % spec["interval"] == 0:
            self._judge()

    def _on_training_end(self):
        if not self.reached:
            self._judge()

    def _on_step(self):
        return not self.reached

    def _judge(self):
        paused = time.perf_counter()
        if self.curve and self.curve[-1]["envSteps"] == self.num_timesteps:
            return
        score = mean_first_return(self.model, self.judge) / spec["scoreUnit"]
        seconds = paused - self.begun - self.judging
        self.curve.append({"envSteps": self.num_timesteps, "seconds": seconds, "score": score})
        self.bridge = bridge_of(self.training_env)
        self.reached = score >= spec["threshold"]
        self.judging += time.perf_counter() - paused


def bridge_of(env):
    if not isinstance(env, BidlabVecEnv):
        return None
    return {"waiting": env.waiting_seconds, "environment": env.environment_seconds}


def policy_arguments() -> dict:
    adam = {"optimizer_kwargs": {"eps": arguments["adamEpsilon"]}}
    if spec["agent"] == "ppo" and arguments["initialLogStd"] is not None:
        adam["log_std_init"] = arguments["initialLogStd"]
    if not arguments["shared"]:
        return {"net_arch": arguments["hidden"], "activation_fn": ACTIVATION, **adam}
    shared = {"features_extractor_class": SharedLayers, "features_extractor_kwargs": {"hidden": arguments["hidden"]}}
    return {"net_arch": [], **shared, **adam}


if spec["native"] is None:
    env = BidlabVecEnv(spec["train"], spec["seeds"]["train"], arguments["rewardScale"])
else:
    env = make_vec_env(spec["native"], spec["numEnvs"], seed=spec["seeds"]["train"] % 2**31, wrapper_class=Scaled)
judge = BidlabVecEnv(spec["judge"], spec["seeds"]["judge"])
model_arguments = dict(arguments["model"])
if arguments["linear"]:
    rate = model_arguments["learning_rate"]
    model_arguments["learning_rate"] = lambda left: rate * left
Model = {"dqn": sb3.DQN, "ppo": sb3.PPO}[spec["agent"]]
model = Model(
    "MlpPolicy", env, seed=spec["seeds"]["learner"], device="cpu", policy_kwargs=policy_arguments(), **model_arguments
)
judging = Judging(judge)
model.learn(spec["envSteps"], callback=judging, log_interval=None)
versions = f"Stable-Baselines3 {sb3.__version__}, PyTorch {torch.__version__}, Gymnasium {gym.__version__}"
print(json.dumps({"curve": judging.curve, "versions": versions, "bridge": judging.bridge}))
env.close()
judge.close()
