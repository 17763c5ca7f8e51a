import { requireDiscrete } from '../agents/context.ts';
import type { Actor, PlainNetwork } from '../src/core/agent.ts';
import { makeActions } from '../src/core/space.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { rSquared, shareEqual } from '../src/explain/agreement.ts';
import { countLeaves, fitTree, type TreeNode, treePrediction } from '../src/explain/decision-tree.ts';
import type { OutputKind } from '../src/explain/explained-output.ts';
import type { DistilledTree } from '../src/explain/explanation.ts';
import { forward, makeScratch } from '../src/policy/runtime.ts';
import { firstReturns } from './mean-first-return.ts';
import { PlainActor } from './plain-actor.ts';

/** What a tree is distilled from and judged on. */
export interface Distillation {
  readonly network: PlainNetwork;
  readonly kind: OutputKind;
  /** Episodes to learn from: one per copy and round. */
  readonly learning: VectorEnv;
  /** Episodes to judge by, one per copy. */
  readonly judging: VectorEnv;
  readonly judgingSeed: number;
  readonly learningSeed: number;
  readonly maxLeaves: number;
  /** What one unit of return is, in words. */
  readonly returnUnit: string;
  /** A decision in words. */
  words(action: number): string;
}

/** Rounds of gathering states: the first plays the network, the others the tree so far, which meets states of its own. */
const ROUNDS = 3;
/** Share of the states that a leaf holds at least. */
const SMALLEST_LEAF = 0.005;
/** Keeps weights above 0, expected return. */
const SMALLEST_STAKE = 1e-9;

/**
 * Distils the greedy policy of a network with one action or one continuous coordinate into a tree.
 *
 * States come from rollouts of the network and then of the tree, all labelled by the network (DAgger). Where outputs are action
 * values a state counts by what the worst decision in it loses, max Q − min Q.
 *
 * Source: Ross, Gordon & Bagnell (2011), arXiv:1011.0686; weights: Bastani, Pu & Solar-Lezama (2018), arXiv:1805.08328 (VIPER).
 */
export function distillPolicy(distillation: Distillation): DistilledTree {
  const { network, kind, learning, learningSeed, maxLeaves } = distillation;
  const states: number[] = [];
  let actor: Actor = new PlainActor(network, learning.actionSpace);
  let tree: TreeNode | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    firstReturns(actor, learning, learningSeed + round, (observation) => states.push(...observation));
    tree = treeOf(distillation, Float32Array.from(states), maxLeaves);
    actor = treeActor(tree, learning);
  }
  return {
    tree: tree!,
    numLeaves: countLeaves(tree!),
    decisions: Object.fromEntries(predictionsOf(tree!).map((action) => [String(action), distillation.words(action)])),
    numStates: states.length / learning.observationSpace.features.length,
    weighting: kind === 'action-value' ? 'largest loss of value' : 'equal',
    ...judged(distillation, tree!),
  };
}

/** Acts by a tree; only for discrete actions and boxes of one side. */
function treeActor(tree: TreeNode, { observationSpace, actionSpace }: VectorEnv): Actor {
  const width = observationSpace.features.length;
  const { low, high } =
    actionSpace.kind === 'box'
      ? actionSpace.features[0]!
      : { low: 0, high: requireDiscrete('explain', actionSpace).n - 1 };
  return {
    act(observations, actions) {
      for (let n = 0; n < actions.length; n++) {
        actions[n] = Math.min(high, Math.max(low, treePrediction(tree, observations, n * width)));
      }
    },
  };
}

function predictionsOf(node: TreeNode): number[] {
  return node.kind === 'leaf' ? [node.prediction] : [...predictionsOf(node.below), ...predictionsOf(node.above)];
}

/** `[B]` greedy decisions in `[B, O]` states. */
export function decisionsOf(actor: Actor, states: Float32Array, env: VectorEnv): Int32Array | Float32Array {
  const numStates = states.length / env.observationSpace.features.length;
  const actions = makeActions(env.actionSpace, numStates);
  actor.act(states, actions, 'greedy');
  return actions;
}

function treeOf({ network, kind, learning }: Distillation, states: Float32Array, maxLeaves: number): TreeNode {
  const { actionSpace, observationSpace } = learning;
  const numFeatures = observationSpace.features.length;
  const decisions = decisionsOf(new PlainActor(network, actionSpace), states, learning);
  const target =
    actionSpace.kind === 'discrete'
      ? ({ kind: 'action', actions: decisions, numActions: actionSpace.n } as const)
      : ({ kind: 'number', values: decisions } as const);
  const weights = kind === 'action-value' ? { weights: valueAtStake(network, states, numFeatures) } : {};
  const minLeafStates = Math.max(1, Math.floor((SMALLEST_LEAF * states.length) / numFeatures));
  return fitTree({ states, numFeatures, target, ...weights }, { maxLeaves, minLeafStates });
}

/** `[B]` max Q − min Q, kept above 0. */
function valueAtStake(network: PlainNetwork, states: Float32Array, numFeatures: number): Float64Array {
  const scratch = makeScratch(network);
  return Float64Array.from({ length: states.length / numFeatures }, (_, b) => {
    const q = forward(network, states.subarray(b * numFeatures, (b + 1) * numFeatures), scratch);
    return Math.max(SMALLEST_STAKE, Math.max(...q) - Math.min(...q));
  });
}

function judged({ network, judging, judgingSeed, returnUnit }: Distillation, tree: TreeNode) {
  const teacher = new PlainActor(network, judging.actionSpace);
  const pupil = treeActor(tree, judging);
  const met: number[] = [];
  const ofNetwork = firstReturns(teacher, judging, judgingSeed, (observation) => met.push(...observation));
  const ofTree = firstReturns(pupil, judging, judgingSeed);
  const states = Float32Array.from(met);
  const [taught, learnt] = [teacher, pupil].map((actor) => decisionsOf(actor, states, judging)) as [
    Float32Array,
    Float32Array,
  ];
  const isDiscrete = judging.actionSpace.kind === 'discrete';
  const losses = ofNetwork.map((value, n) => value - ofTree[n]!);
  const numEpisodes = losses.length;
  const valueLoss = meanOf(losses);
  const squares = losses.reduce((sum, loss) => sum + (loss - valueLoss) ** 2, 0);
  return {
    fidelity: {
      kind: isDiscrete ? ('share equal' as const) : ('R²' as const),
      value: isDiscrete ? shareEqual(taught, learnt) : rSquared(taught, learnt),
      numDecisions: taught.length,
    },
    evaluation: {
      numEpisodes,
      unit: returnUnit,
      networkReturn: meanOf(ofNetwork),
      treeReturn: meanOf(ofTree),
      valueLoss,
      standardError: Math.sqrt(squares / Math.max(1, numEpisodes - 1) / numEpisodes),
    },
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
