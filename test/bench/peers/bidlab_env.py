"""A bidlab environment in a Node child process as a Stable-Baselines3 VecEnv: one message each way for a vector step.

The messages are described in serve-environment.ts.
"""

import json
import struct
import subprocess
import time

import gymnasium as gym
import numpy as np
from stable_baselines3.common.vec_env import VecEnv


class BidlabVecEnv(VecEnv):
    """N copies served by `command`; episodes follow each other within a step, as VecEnv wants it."""

    def __init__(self, command: list[str], seed: int, reward_scale: float = 1.0):
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{command}: ended without a header; its reason is above")
        header = json.loads(line)
        n, self._dim, actions = header["numEnvs"], header["obsDim"], header["actions"]
        if actions["kind"] == "discrete":
            action_space = gym.spaces.Discrete(actions["n"])
        else:
            low, high = np.array(actions["low"], np.float32), np.array(actions["high"], np.float32)
            action_space = gym.spaces.Box(low, high)
        self._action_type = np.int32 if actions["kind"] == "discrete" else np.float32
        self._seed, self._reward_scale = seed, reward_scale
        self.waiting_seconds = self.environment_seconds = 0.0
        super().__init__(n, gym.spaces.Box(-np.inf, np.inf, (self._dim,), np.float32), action_space)

    def _read(self, size: int) -> bytes:
        data = self._process.stdout.read(size)
        if len(data) < size:
            raise RuntimeError("the environment's process ended; its reason is above")
        return data

    def reset(self):
        self._process.stdin.write(struct.pack("=BI", 0, self._seed))
        self._process.stdin.flush()
        data = self._read(4 * self.num_envs * self._dim)
        return np.frombuffer(data, np.float32).reshape(self.num_envs, self._dim).copy()

    def step_async(self, actions):
        begun = time.perf_counter()
        self._process.stdin.write(b"\x01" + np.ascontiguousarray(actions, self._action_type).tobytes())
        self._process.stdin.flush()
        self.waiting_seconds += time.perf_counter() - begun

    def step_wait(self):
        begun = time.perf_counter()
        n, rows = self.num_envs, self.num_envs * self._dim
        data = self._read(8 + 10 * n + 8 * rows)
        self.environment_seconds = struct.unpack_from("=d", data)[0]
        rewards = np.frombuffer(data, np.float64, n, 8).astype(np.float32) * self._reward_scale
        terminated = np.frombuffer(data, np.uint8, n, 8 + 8 * n)
        truncated = np.frombuffer(data, np.uint8, n, 8 + 9 * n)
        observations = np.frombuffer(data, np.float32, rows, 8 + 10 * n).reshape(n, self._dim).copy()
        final = np.frombuffer(data, np.float32, rows, 8 + 10 * n + 4 * rows).reshape(n, self._dim)
        dones = (terminated | truncated).astype(bool)
        infos = [{} for _ in range(n)]
        for i in np.flatnonzero(dones):
            cut = bool(truncated[i]) and not terminated[i]
            infos[i] = {"terminal_observation": final[i].copy(), "TimeLimit.truncated": cut}
        self.waiting_seconds += time.perf_counter() - begun
        return observations, rewards, dones, infos

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)

    def get_attr(self, attr_name, indices=None):
        if attr_name == "render_mode":
            return [None] * self.num_envs
        raise AttributeError(attr_name)

    def set_attr(self, attr_name, value, indices=None):
        raise AttributeError(attr_name)

    def env_method(self, method_name, *args, indices=None, **kwargs):
        raise AttributeError(method_name)

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False] * self.num_envs
