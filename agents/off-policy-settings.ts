import { z } from 'zod';
import {
  activation,
  adamEpsilon,
  gamma,
  hidden,
  initialLogStd,
  learningRateSchedule,
  maxGradNorm,
  rewardScale,
} from './settings.ts';

/** Settings that learners with twin critics and replayed continuous actions share. */
export const twinCriticSettings = {
  learningRate: z.number().gt(0).max(1).default(1e-3).meta({ unit: '1/step', description: 'Step size of the policy.' }),
  criticLearningRate: z.number().gt(0).max(1).default(1e-3).meta({
    unit: '1/step',
    description: 'Step size of the critics.',
  }),
  learningRateSchedule: learningRateSchedule('constant'),
  gamma: gamma(0.99),
  batchSize: z.int().min(1).max(65_536).default(128).meta({
    unit: 'transitions',
    description: 'Transitions drawn from the replay buffer for one gradient step.',
  }),
  bufferSize: z.int().min(1).max(10_000_000).default(100_000).meta({
    unit: 'transitions',
    description: 'Capacity of the replay buffer.',
  }),
  learningStarts: z.int().min(0).default(1_000).meta({
    unit: 'env steps',
    description: 'Steps of uniformly random actions before learning begins.',
  }),
  trainInterval: z.int().min(1).default(1).meta({
    unit: 'vector steps',
    description: 'Steps of all copies together between rounds of learning.',
  }),
  gradientSteps: z.int().min(1).default(1).meta({
    unit: 'gradient steps',
    description: 'Gradient steps in one round of learning.',
  }),
  tau: z.number().gt(0).max(1).default(0.005).meta({
    unit: 'share',
    description: 'How far target networks move towards their originals each time.',
  }),
  maxGradNorm: maxGradNorm(1e6),
  adamEpsilon: adamEpsilon(1e-8),
  hidden: hidden([64, 64]),
  activation: activation('relu'),
  rewardScale: rewardScale(),
};

/** Settings of a policy that is cloned from a log. */
export const loggedSettings = {
  batchSize: twinCriticSettings.batchSize,
  bufferSize: twinCriticSettings.bufferSize,
  maxGradNorm: maxGradNorm(10),
  adamEpsilon: twinCriticSettings.adamEpsilon,
  hidden: twinCriticSettings.hidden,
  activation: twinCriticSettings.activation,
  initialLogStd: initialLogStd(),
};
