import { spaceSize } from '../../../src/core/space.ts';
import type { VectorEnv } from '../../../src/core/vector-env.ts';

/** Two ends of a byte stream that wait. */
export interface ByteStream {
  /** Fills the buffer; false where the stream has ended before its first byte. */
  read(buffer: Uint8Array): boolean;
  write(buffer: Uint8Array): void;
}

/** First message of a served environment, one line of JSON. */
export interface EnvironmentHeader {
  readonly numEnvs: number;
  /** O. */
  readonly obsDim: number;
  readonly actions:
    | { readonly kind: 'discrete'; readonly n: number }
    | { readonly kind: 'box'; readonly low: readonly number[]; readonly high: readonly number[] };
}

/** Kinds of request: their first byte. */
export const REQUESTS = { reset: 0, step: 1 } as const;

/**
 * Serves an environment over a byte stream until the other end closes it: one message each way for a vector step.
 *
 *     → header, one line of JSON
 *     ← [0, seed: uint32]                            reset    → observations: float32 [N, O]
 *     ← [1, actions: int32 [N] or float32 [N, A]]    step     → seconds: float64, rewards: float64 [N],
 *                                                               terminated, truncated: uint8 [N],
 *                                                               observations, finalObservations: float32 [N, O]
 *
 * Numbers are in the machine's own byte order. `seconds` is the time that the environment itself has computed so far.
 *
 * @throws SimError What the environment throws on a bad action.
 */
export function serveEnvironment(env: VectorEnv, stream: ByteStream): void {
  const { numEnvs, actionSpace, observations, finalObservations, rewards, terminated, truncated } = env;
  stream.write(new TextEncoder().encode(`${JSON.stringify(headerOf(env))}\n`));
  const kind = new Uint8Array(1);
  const seed = new Uint32Array(1);
  const actions =
    actionSpace.kind === 'discrete' ? new Int32Array(numEnvs) : new Float32Array(numEnvs * spaceSize(actionSpace));
  const seconds = new Float64Array(1);
  const answer = [seconds, rewards, terminated, truncated, observations, finalObservations];
  while (stream.read(kind)) {
    if (kind[0] === REQUESTS.reset) {
      stream.read(bytesOf(seed));
      env.reset(seed[0]!);
      stream.write(bytesOf(observations));
      continue;
    }
    stream.read(bytesOf(actions));
    const begun = performance.now();
    env.step(actions);
    seconds[0]! += (performance.now() - begun) / 1000;
    stream.write(Buffer.concat(answer.map(bytesOf)));
  }
}

function headerOf({ numEnvs, observationSpace, actionSpace }: VectorEnv): EnvironmentHeader {
  const obsDim = observationSpace.features.length;
  if (actionSpace.kind === 'discrete') return { numEnvs, obsDim, actions: { kind: 'discrete', n: actionSpace.n } };
  if (actionSpace.kind !== 'box')
    throw new Error('the bridge speaks of one choice or of numbers, not of several choices');
  const low = actionSpace.features.map((feature) => feature.low);
  const high = actionSpace.features.map((feature) => feature.high);
  return { numEnvs, obsDim, actions: { kind: 'box', low, high } };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
