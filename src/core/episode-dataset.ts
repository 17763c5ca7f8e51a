import { checkLength, SimError } from './errors.ts';
import { type Box, type Discrete, type Space, spaceSize } from './space.ts';

/** Actions that a dataset can hold: one index, or numbers. */
export type LoggedSpace = Box | Discrete;

/** A space whose actions a dataset can hold. @throws SimError `CONFIG_INVALID` on several choices at once. */
export function requireLoggedSpace(space: Space): LoggedSpace {
  if (space.kind !== 'multi-discrete') return space;
  throw new SimError(
    'CONFIG_INVALID',
    'dataset: expected discrete or continuous actions, received several choices at once; log one choice or numbers',
  );
}

/**
 * Logged episodes of one decision process, as columns. T steps in all, E episodes, O observation dims, A numbers per action.
 *
 * Steps stand episode after episode, each in time order.
 */
export interface EpisodeDataset {
  readonly observationSpace: Box;
  readonly actionSpace: LoggedSpace;
  /** `[T, O]` */
  readonly observations: Float32Array;
  /** `[T, A]`: indices of a discrete space, or the numbers of a box. */
  readonly actions: Float32Array;
  /** `[T]` probability (density in a box) with which the behaviour policy took the action; NaN where it is not known. */
  readonly propensities: Float64Array;
  /** `[T]` */
  readonly rewards: Float64Array;
  /** `[E + 1]` first step of each episode, then T. */
  readonly episodeStarts: Int32Array;
  /** `[E]` 1 where the process itself ended the episode, 0 where it was cut from outside. */
  readonly terminated: Uint8Array;
  /** `[E, O]` observation after the last step; what it holds counts only where an episode was cut. */
  readonly finalObservations: Float32Array;
}

/** One transition of a dataset; offsets into its arrays. */
export interface LoggedTransition {
  /** Step t: its row in observations, actions and rewards. */
  readonly step: number;
  /** Array and offset of the observation that follows. */
  readonly nextObservations: Float32Array;
  readonly nextOffset: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/** Every transition in order. */
export function* loggedTransitions(dataset: EpisodeDataset): Generator<LoggedTransition, void, void> {
  const { observations, finalObservations, episodeStarts, terminated } = dataset;
  const obsDim = dataset.observationSpace.features.length;
  for (let e = 0; e < terminated.length; e++) {
    const end = episodeStarts[e + 1]!;
    for (let step = episodeStarts[e]!; step < end; step++) {
      const last = step === end - 1;
      yield {
        step,
        nextObservations: last ? finalObservations : observations,
        nextOffset: (last ? e : step + 1) * obsDim,
        terminated: last && terminated[e] === 1,
        truncated: last && terminated[e] === 0,
      };
    }
  }
}

/**
 * Checks that logged episodes are of a decision process: the same features and the same actions.
 *
 * @param name Of the log, for the message.
 * @throws SimError `DATA_INVALID` naming the first difference.
 */
export function requireSameSpaces(
  name: string,
  log: Pick<EpisodeDataset, 'observationSpace' | 'actionSpace'>,
  process: { readonly observationSpace: Box; readonly actionSpace: Space },
): void {
  const pairs = [
    ['observations', log.observationSpace, process.observationSpace],
    ['actions', log.actionSpace, process.actionSpace],
  ] as const;
  for (const [what, logged, expected] of pairs) {
    const [received, wanted] = [spaceWords(logged), spaceWords(expected)];
    if (received === wanted) continue;
    throw new SimError(
      'DATA_INVALID',
      `${name}: its ${what} are not those of the environment: expected ${wanted}, received ${received}; use a log of the same environment and action kind`,
    );
  }
}

function spaceWords(space: Space): string {
  if (space.kind === 'multi-discrete') return space.choices.map(({ name, n }) => `${name} of ${n}`).join(', ');
  if (space.kind === 'box') {
    return space.features.map(({ name, low, high }) => `${name} in [${low}, ${high}]`).join(', ');
  }
  return space.labels === undefined ? `${space.n} actions` : `the actions ${space.labels.join(', ')}`;
}

/** Undiscounted return of every episode, `[E]`. */
export function loggedReturns({ rewards, episodeStarts }: EpisodeDataset): Float64Array {
  return Float64Array.from({ length: episodeStarts.length - 1 }, (_, e) => {
    let sum = 0;
    for (let t = episodeStarts[e]!; t < episodeStarts[e + 1]!; t++) sum += rewards[t]!;
    return sum;
  });
}

/** Grows a dataset step by step; the arrays double as they fill. */
export class EpisodeDatasetBuilder {
  readonly #observationSpace: Box;
  readonly #actionSpace: LoggedSpace;
  readonly #obsDim: number;
  readonly #actionDim: number;
  #numSteps = 0;
  #observations: Float32Array;
  #actions: Float32Array;
  #propensities = new Float64Array(64);
  #rewards = new Float64Array(64);
  readonly #starts: number[] = [0];
  readonly #terminated: number[] = [];
  readonly #finals: number[] = [];

  constructor(observationSpace: Box, actionSpace: LoggedSpace) {
    this.#observationSpace = observationSpace;
    this.#actionSpace = actionSpace;
    this.#obsDim = observationSpace.features.length;
    this.#actionDim = spaceSize(actionSpace);
    this.#observations = new Float32Array(64 * this.#obsDim);
    this.#actions = new Float32Array(64 * this.#actionDim);
  }

  get numSteps(): number {
    return this.#numSteps;
  }

  get numEpisodes(): number {
    return this.#terminated.length;
  }

  /** Steps of the episode under way. */
  get openSteps(): number {
    return this.#numSteps - this.#starts.at(-1)!;
  }

  /** @param observation `[O]` @param action `[A]` @throws SimError `SHAPE_MISMATCH` on other lengths. */
  addStep(observation: ArrayLike<number>, action: ArrayLike<number>, propensity: number, reward: number): void {
    checkLength('observation', observation.length, this.#obsDim);
    checkLength('action', action.length, this.#actionDim);
    const t = this.#numSteps;
    if (t === this.#rewards.length) this.#grow();
    this.#observations.set(observation, t * this.#obsDim);
    this.#actions.set(action, t * this.#actionDim);
    this.#propensities[t] = propensity;
    this.#rewards[t] = reward;
    this.#numSteps++;
  }

  /**
   * Ends the episode under way.
   *
   * @param finalObservation `[O]` what followed the last step; may be absent where the process ended.
   * @throws SimError `VALUE_OUT_OF_RANGE` on an episode without steps or a cut one without a final observation.
   */
  endEpisode(terminated: boolean, finalObservation?: ArrayLike<number>): void {
    if (this.openSteps === 0) {
      throw new SimError('VALUE_OUT_OF_RANGE', 'dataset: expected an episode of at least one step, received none');
    }
    if (!terminated && finalObservation === undefined) {
      throw new SimError(
        'VALUE_OUT_OF_RANGE',
        'dataset: an episode that was cut off needs the observation after its last step',
      );
    }
    this.#starts.push(this.#numSteps);
    this.#terminated.push(terminated ? 1 : 0);
    for (let k = 0; k < this.#obsDim; k++) this.#finals.push(finalObservation?.[k] ?? 0);
  }

  /** @throws SimError `VALUE_OUT_OF_RANGE` while an episode is open or when there is none. */
  build(): EpisodeDataset {
    const t = this.#numSteps;
    if (t === 0 || this.openSteps > 0) {
      throw new SimError('VALUE_OUT_OF_RANGE', 'dataset: expected whole episodes, at least one');
    }
    return {
      observationSpace: this.#observationSpace,
      actionSpace: this.#actionSpace,
      observations: this.#observations.slice(0, t * this.#obsDim),
      actions: this.#actions.slice(0, t * this.#actionDim),
      propensities: this.#propensities.slice(0, t),
      rewards: this.#rewards.slice(0, t),
      episodeStarts: Int32Array.from(this.#starts),
      terminated: Uint8Array.from(this.#terminated),
      finalObservations: Float32Array.from(this.#finals),
    };
  }

  #grow(): void {
    const room = 2 * this.#rewards.length;
    this.#observations = longer(this.#observations, new Float32Array(room * this.#obsDim));
    this.#actions = longer(this.#actions, new Float32Array(room * this.#actionDim));
    this.#propensities = longer(this.#propensities, new Float64Array(room));
    this.#rewards = longer(this.#rewards, new Float64Array(room));
  }
}

function longer<A extends Float32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
