import { SimError } from './errors.ts';

/** One coordinate of an observation or continuous action. */
export interface Feature {
  /** camelCase name, unique in its space. */
  readonly name: string;
  /** Unit in words: "share of the flight", "log ratio". */
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  /** One sentence: what it measures. */
  readonly description: string;
}

/** A product of intervals with named coordinates. */
export interface Box {
  readonly kind: 'box';
  readonly features: readonly Feature[];
}

/** The integers 0 … n − 1. */
export interface Discrete {
  readonly kind: 'discrete';
  readonly n: number;
  /** What each action means, in words; n of them where given. */
  readonly labels?: readonly string[];
}

/** Observation or action space. */
export type Space = Box | Discrete;

/** A box with the given named coordinates. @throws SimError `CONFIG_INVALID` on an empty or duplicated name. */
export function box(features: readonly Feature[]): Box {
  const seen = new Set<string>();
  for (const feature of features) {
    if (feature.name === '' || seen.has(feature.name)) {
      throw new SimError('CONFIG_INVALID', `box: expected unique non-empty feature names, received '${feature.name}'`);
    }
    if (!(feature.low <= feature.high)) {
      throw new SimError(
        'CONFIG_INVALID',
        `box: feature '${feature.name}' expected low <= high, received [${feature.low}, ${feature.high}]`,
      );
    }
    seen.add(feature.name);
  }
  return { kind: 'box', features };
}

/** The integers 0 … n − 1, optionally labelled. @throws SimError `CONFIG_INVALID` when n is not a positive integer. */
export function discrete(n: number, labels?: readonly string[]): Discrete {
  if (!Number.isInteger(n) || n < 1) {
    throw new SimError('CONFIG_INVALID', `discrete: expected a positive integer number of actions, received ${n}`);
  }
  if (labels === undefined) return { kind: 'discrete', n };
  if (labels.length !== n) {
    throw new SimError('CONFIG_INVALID', `discrete: expected ${n} labels, received ${labels.length}`);
  }
  return { kind: 'discrete', n, labels };
}

/** Number of float32 values one point of the space takes: the box's coordinates, or 1 index. */
export function spaceSize(space: Space): number {
  return space.kind === 'box' ? space.features.length : 1;
}
