import { makeRegistry } from '../../src/core/registry.ts';
import { auctionGsp, auctionScalingLong, auctionScalingShort, auctionSecondPrice, auctionVcg } from './auction.ts';
import { auctionGymTruthful } from './auction-gym.ts';
import { auctionNetEpisode } from './auction-net.ts';
import type { Benchmark } from './benchmark.ts';
import { dqnUpdate } from './dqn-update.ts';
import { envBudgetPacing, trainPpo } from './pacing.ts';
import { dpRlb } from './planning.ts';
import { replayBrute, replayIndex } from './replay.ts';
import { replayPrioritized, replayUniform } from './replay-buffer.ts';
import { envRtbGym, envRtbGymTape } from './rtbgym.ts';
import {
  forwardOne,
  trainStep,
  trainStepAutodiff,
  trainStepSimd,
  trainStepSimdSmall,
  trainStepTorchLarge,
  trainStepTorchSmall,
} from './training-step.ts';

/** Add a figure here; `bidlab bench` and `bidlab list` pick it up by name. */
export const benchmarks = makeRegistry<Benchmark>('benchmark', {
  'replay.brute': replayBrute,
  'replay.index': replayIndex,
  'env.budget-pacing': envBudgetPacing,
  'env.rtbgym': envRtbGym,
  'env.rtbgym-tape': envRtbGymTape,
  'auction.second-price': auctionSecondPrice,
  'auction.gsp': auctionGsp,
  'auction.vcg': auctionVcg,
  'auction.scaling-1e4': auctionScalingShort,
  'auction.scaling-1e7': auctionScalingLong,
  'auctiongym.truthful': auctionGymTruthful,
  'auctionnet-mini.episode': auctionNetEpisode,
  'dp.rlb': dpRlb,
  'nn.simd.train-step-64': trainStepSimdSmall,
  'nn.simd.train-step-256': trainStepSimd,
  'nn.torch.train-step-64': trainStepTorchSmall,
  'nn.torch.train-step-256': trainStepTorchLarge,
  'nn.simd.dqn-update-256': dqnUpdate,
  'nn.simd.forward-1': forwardOne,
  'nn.wasm.train-step-256': trainStep,
  'nn.wasm.train-step-256-autodiff': trainStepAutodiff,
  'rl.replay-sample-uniform': replayUniform,
  'rl.replay-sample-prioritized': replayPrioritized,
  'train.ppo-budget-pacing': trainPpo,
});
