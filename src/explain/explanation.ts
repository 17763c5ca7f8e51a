import type { Completeness } from './attributions.ts';
import type { TreeNode } from './decision-tree.ts';
import type { OutputKind } from './explained-output.ts';

/** What a quantity is, in words for axes. */
export interface Quantity {
  readonly title: string;
  readonly unit: string;
}

/** One feature of the observation and what it does to decisions. */
export interface FeatureExplanation extends Quantity {
  /** As the environment names it. */
  readonly name: string;
  readonly description: string;
  /** Where attributions start from. */
  readonly baseline: number;
  /** Mean size of the integrated gradients over the states, with its standard error, and their mean with its sign. */
  readonly attribution: { readonly meanAbsolute: number; readonly standardError: number; readonly mean: number };
  /** Permutation importance, with its standard error. */
  readonly importance: { readonly mean: number; readonly standardError: number };
  /** The decision by the feature's value, the other features as they were met. */
  readonly partialDependence: readonly { readonly value: number; readonly decision: number }[];
}

/** Decisions over two features, the others as they were met. */
export interface DecisionHeatMap {
  /** Names of the features, across and up. */
  readonly features: readonly [string, string];
  readonly cells: readonly { readonly x: number; readonly y: number; readonly decision: number }[];
  /** Where the policy was in play: elsewhere the map shows what it never meets. */
  readonly visited: readonly { readonly x: number; readonly y: number }[];
}

/** A tree that decides nearly as the network does, and what that costs. */
export interface DistilledTree {
  readonly tree: TreeNode;
  readonly numLeaves: number;
  /** Predictions of the leaves in words. */
  readonly decisions: Readonly<Record<string, string>>;
  /** States that it learnt from. */
  readonly numStates: number;
  /** How each state counted in learning. */
  readonly weighting: 'equal' | 'largest loss of value';
  /** Share of equal decisions, or R² of continuous ones, in the states of the network's evaluation episodes. */
  readonly fidelity: { readonly kind: 'share equal' | 'R²'; readonly value: number; readonly numDecisions: number };
  /** Both played the same episodes, which neither learnt from. */
  readonly evaluation: {
    readonly numEpisodes: number;
    readonly unit: string;
    readonly networkReturn: number;
    readonly treeReturn: number;
    /** Network minus tree, paired by episode. */
    readonly valueLoss: number;
    readonly standardError: number;
  };
}

/** Everything `bidlab explain` says of a policy; plain JSON. */
export interface Explanation {
  readonly schemaVersion: 1;
  readonly title: string;
  readonly run: string;
  readonly experiment: string;
  readonly configHash: string;
  /** States explained: a sample of those that the policy meets on test flights. */
  readonly numStates: number;
  /** What attributions share out. */
  readonly explained: Quantity & { readonly kind: OutputKind };
  readonly completeness: Completeness;
  /** What permutation importance measures. */
  readonly importance: Quantity & { readonly repeats: number };
  /** What a decision is. */
  readonly decision: Quantity;
  /** In the order of the observation. */
  readonly features: readonly FeatureExplanation[];
  readonly heatMap: DecisionHeatMap;
  readonly distilled: DistilledTree;
  /** What the reader should know before relying on it. */
  readonly notes: readonly string[];
  /** Label in words → value in words. */
  readonly provenance: Readonly<Record<string, string>>;
}
