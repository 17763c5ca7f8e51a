import { SimError } from '../core/errors.ts';
import { type Impurity, makeImpurity, type TreeTarget } from './impurity.ts';

/** A node of a decision tree; plain JSON. */
export type TreeNode = TreeLeaf | TreeSplit;

/** What both kinds of nodes tell. */
interface TreeNodeFacts {
  /** The decision here: the action of the largest weight (the lowest of several), or the weighted mean. */
  readonly prediction: number;
  /** Share of the training states that come here. */
  readonly share: number;
}

/** Where a tree decides. */
export interface TreeLeaf extends TreeNodeFacts {
  readonly kind: 'leaf';
}

/** Where a tree asks: `below` where the feature is at most the threshold, `above` otherwise. */
export interface TreeSplit extends TreeNodeFacts {
  readonly kind: 'split';
  /** Index in the observation. */
  readonly feature: number;
  readonly threshold: number;
  readonly below: TreeNode;
  readonly above: TreeNode;
}

/** States and what was decided in them. B states, O features. */
export interface TreeData {
  /** `[B, O]` row-major. */
  readonly states: Float32Array;
  readonly numFeatures: number;
  readonly target: TreeTarget;
  /** `[B]` above 0: how much each state counts; 1 each where absent. */
  readonly weights?: Float64Array;
}

/** Limits of a tree. */
export interface TreeLimits {
  readonly maxLeaves: number;
  /** States that each leaf holds at least. */
  readonly minLeafStates: number;
}

/**
 * A classification or regression tree (CART). The leaf whose best split lowers the impurity most is split first, so that few
 * leaves tell as much as they can.
 *
 * Impurity is Gini's for actions and the variance for numbers; every feature and every threshold between two neighbouring
 * values is tried, the first of equals is taken.
 *
 * @throws SimError `DATA_INVALID` without states.
 *
 * Source: Breiman, Friedman, Olshen & Stone (1984), chapters 2, 4 and 8. Differs from it: growth is limited by the number of
 * leaves and stops there, instead of growing further and pruning back.
 */
export function fitTree(data: TreeData, limits: TreeLimits): TreeNode {
  const numStates = data.states.length / data.numFeatures;
  if (numStates === 0) throw new SimError('DATA_INVALID', 'decision tree: expected at least one state, received none');
  const impurity = makeImpurity(data.target, data.weights ?? new Float64Array(numStates).fill(1));
  const grow = (rows: Uint32Array): Growing => growing(data, impurity, rows, limits.minLeafStates);
  const root = grow(Uint32Array.from({ length: numStates }, (_, b) => b));
  const leaves = [root];
  while (leaves.length < limits.maxLeaves) {
    const best = leaves.reduce((a, b) => (gainOf(b) > gainOf(a) ? b : a));
    if (best.split === null) break;
    const [below, above] = parted(data, best.rows, best.split);
    best.children = [grow(below), grow(above)];
    leaves.splice(leaves.indexOf(best), 1, ...best.children);
  }
  return finished(root, numStates);
}

/** What a tree decides in the state that starts at `offset`. */
export function treePrediction(tree: TreeNode, states: Float32Array, offset = 0): number {
  let node = tree;
  while (node.kind === 'split') node = states[offset + node.feature]! <= node.threshold ? node.below : node.above;
  return node.prediction;
}

/** Number of leaves. */
export function countLeaves(tree: TreeNode): number {
  return tree.kind === 'leaf' ? 1 : countLeaves(tree.below) + countLeaves(tree.above);
}

interface Split {
  readonly feature: number;
  readonly threshold: number;
  readonly gain: number;
}

interface Growing {
  readonly rows: Uint32Array;
  readonly prediction: number;
  readonly split: Split | null;
  children: readonly [Growing, Growing] | null;
}

function gainOf({ split }: Growing): number {
  return split?.gain ?? 0;
}

function growing(data: TreeData, impurity: Impurity, rows: Uint32Array, minLeafStates: number): Growing {
  const here = impurity.of(rows);
  let split: Split | null = null;
  for (let feature = 0; feature < data.numFeatures; feature++) {
    const found = bestThreshold(data, impurity, rows, feature, minLeafStates);
    // Rounding must not split leaves whose decisions are all alike.
    if (found !== null && found.gain > (split?.gain ?? here.total * 1e-12)) split = found;
  }
  return { rows, prediction: here.prediction, split, children: null };
}

/** The threshold of a feature that lowers the impurity most; null where none parts the rows. */
function bestThreshold(
  { states, numFeatures }: TreeData,
  impurity: Impurity,
  rows: Uint32Array,
  feature: number,
  minLeafStates: number,
): Split | null {
  const featureOf = (row: number) => states[row * numFeatures + feature]!;
  const sorted = rows.slice().sort((a, b) => featureOf(a) - featureOf(b) || a - b);
  const gains = impurity.gains(sorted);
  let best: Split | null = null;
  for (let k = minLeafStates; k <= sorted.length - minLeafStates; k++) {
    const [low, high] = [featureOf(sorted[k - 1]!), featureOf(sorted[k]!)];
    const gain = gains[k]!;
    if (low < high && gain > (best?.gain ?? 0)) best = { feature, threshold: (low + high) / 2, gain };
  }
  return best;
}

function parted({ states, numFeatures }: TreeData, rows: Uint32Array, { feature, threshold }: Split) {
  const isBelow = (row: number) => states[row * numFeatures + feature]! <= threshold;
  return [rows.filter(isBelow), rows.filter((row) => !isBelow(row))] as const;
}

function finished({ rows, prediction, split, children }: Growing, numStates: number): TreeNode {
  const facts = { prediction, share: rows.length / numStates };
  if (children === null || split === null) return { kind: 'leaf', ...facts };
  const { feature, threshold } = split;
  const [below, above] = children.map((child) => finished(child, numStates)) as [TreeNode, TreeNode];
  // Purer leaves that still decide alike ask for nothing: one leaf says the same.
  if (below.kind === 'leaf' && above.kind === 'leaf' && below.prediction === above.prediction) {
    return { kind: 'leaf', ...facts, prediction: below.prediction };
  }
  return { kind: 'split', ...facts, feature, threshold, below, above };
}
