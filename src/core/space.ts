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

/** One of the choices of a {@link MultiDiscrete}. */
export interface Choice {
  /** camelCase name, unique in its space. */
  readonly name: string;
  /** Alternatives: the integers 0 … n − 1. */
  readonly n: number;
}

/** Several choices made at once, each among its own integers: D indices per action, in the order of the choices. */
export interface MultiDiscrete {
  readonly kind: 'multi-discrete';
  /** D of them. */
  readonly choices: readonly Choice[];
}

/** Observation or action space. */
export type Space = Box | Discrete | MultiDiscrete;

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

/** A choice of each kind at once. @throws SimError `CONFIG_INVALID` on no choice, an empty or duplicated name or n below 1. */
export function multiDiscrete(choices: readonly Choice[]): MultiDiscrete {
  const seen = new Set<string>();
  for (const { name, n } of choices) {
    if (name === '' || seen.has(name)) {
      throw new SimError('CONFIG_INVALID', `multiDiscrete: expected unique non-empty names, received '${name}'`);
    }
    if (!Number.isInteger(n) || n < 1) {
      throw new SimError(
        'CONFIG_INVALID',
        `multiDiscrete: choice '${name}': expected a positive integer, received ${n}`,
      );
    }
    seen.add(name);
  }
  if (choices.length > 0) return { kind: 'multi-discrete', choices };
  throw new SimError('CONFIG_INVALID', 'multiDiscrete: expected at least one choice, received none');
}

/** Numbers that one point of the space takes: the box's coordinates, an index a choice, or 1 index. */
export function spaceSize(space: Space): number {
  if (space.kind === 'box') return space.features.length;
  return space.kind === 'discrete' ? 1 : space.choices.length;
}

/** `[N]`, `[N, D]` or `[N, A]` actions of a space, all 0: integers, or floats for a box. */
export function makeActions(space: Space, numEnvs: number): Int32Array | Float32Array {
  const length = numEnvs * spaceSize(space);
  return space.kind === 'box' ? new Float32Array(length) : new Int32Array(length);
}
