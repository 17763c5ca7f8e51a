import { z } from 'zod';

/*
 * Settings that several learners share; each learner gives its own default.
 */

/** Step size of Adam. */
export const learningRate = (initial: number) =>
  z.number().gt(0).max(1).default(initial).meta({ unit: '1/step', description: 'Step size of Adam.' });

/** How the step size moves over training. */
export const learningRateSchedule = (initial: 'constant' | 'linear') =>
  z.enum(['constant', 'linear']).default(initial).meta({
    unit: '',
    description: 'constant, or linear: falling to 0 at the end of training.',
  });

/** Discount. */
export const gamma = (initial: number) =>
  z.number().min(0).max(1).default(initial).meta({
    unit: '1',
    description: 'Discount per decision step; 1 counts later rewards in full.',
  });

/** Limit of the gradient's length. */
export const maxGradNorm = (initial: number) =>
  z.number().gt(0).default(initial).meta({
    unit: '1',
    description: 'Gradients longer than this (L2 norm) are scaled down to it.',
  });

/** Adam's ε. */
export const adamEpsilon = (initial: number) =>
  z.number().gt(0).max(1).default(initial).meta({ unit: '1', description: "Adam's ε: keeps its steps finite." });

/** Hidden layers. */
export const hidden = (initial: readonly number[]) =>
  z
    .array(z.int().min(1).max(4_096))
    .max(8)
    .default([...initial])
    .meta({ unit: 'units', description: 'Sizes of the hidden layers.' });

/** Activation of hidden layers. */
export const activation = (initial: 'relu' | 'tanh') =>
  z.enum(['relu', 'tanh']).default(initial).meta({ unit: '', description: 'What hidden units compute.' });

/** Factor on rewards. */
export const rewardScale = () =>
  z.number().gt(0).default(1).meta({
    unit: '1',
    description: 'Rewards are multiplied by this before learning; returns of the order of 1 to 100 learn best.',
  });

/** Entropy bonus. */
export const entCoef = (initial: number) =>
  z.number().min(0).default(initial).meta({
    unit: '1/nat',
    description: 'Weight of the entropy bonus, which keeps the policy trying things.',
  });

/** How the entropy bonus moves over training. */
export const entCoefSchedule = () =>
  z.enum(['constant', 'linear']).default('constant').meta({
    unit: '',
    description: 'constant, or linear: the entropy bonus falls to 0 at the end of training.',
  });

/** First spread of a Gaussian policy. */
export const initialLogStd = () =>
  z.number().min(-10).max(5).default(-0.5).meta({
    unit: 'log action',
    description: 'Logarithm of the first standard deviation; continuous actions only.',
  });

/** Whether a Gaussian policy is squashed. */
export const squash = () =>
  z.boolean().default(false).meta({
    unit: '',
    description: 'Squash the Gaussian into the bounds by tanh instead of clipping its draws; continuous actions only.',
  });
