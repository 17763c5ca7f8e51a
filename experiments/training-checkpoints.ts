import { join } from 'node:path';
import type { AgentState, PlainNetwork } from '../src/core/agent.ts';
import { SimError } from '../src/core/errors.ts';
import { hasCheckpoint, loadCheckpoint, saveCheckpoint } from '../src/store/checkpoint.ts';
import { bidlabVersion } from '../src/store/manifest.ts';
import type { TrainingCheckpoints, TrainingState } from './train-agent.ts';

/** Two places, written in turn: while one is written the other is whole, so a kill at any moment leaves one to go on from. */
const SLOTS = ['a', 'b'] as const;

/** What a training must share with a checkpoint to go on from it bit for bit. */
interface Origin {
  readonly bidlab: string;
  readonly backend: string;
}

/** JSON beside the arrays of a stored {@link TrainingState}. */
interface StoredTraining {
  readonly origin: Origin;
  readonly agent: AgentState['json'];
  readonly env: AgentState['json'];
  readonly head: PlainNetwork['head'];
  readonly layers: readonly Omit<PlainNetwork['layers'][number], 'kernel' | 'bias'>[];
  readonly counters: TrainingState['counters'];
  readonly best: TrainingState['best'];
  readonly curve: TrainingState['curve'];
  readonly metrics: TrainingState['metrics'];
  readonly seconds: readonly number[];
}

/**
 * Checkpoints of one training in a folder of its own. A state of another version or backend is not gone on from, nor is
 * one that is damaged.
 *
 * @param seconds Of each evaluation so far; saved too, and filled from the state to go on from.
 */
export function fileCheckpoints(folder: string, backend: string, seconds: number[]): TrainingCheckpoints {
  const origin = { bidlab: bidlabVersion(), backend };
  const found = SLOTS.flatMap((slot) => readSlot(join(folder, slot), origin)).sort(byProgress);
  const [newest] = found;
  if (newest !== undefined) seconds.push(...newest.seconds);
  let last = newest?.folder ?? null;
  return {
    from: newest?.state ?? null,
    save(state) {
      const slot = join(folder, last === join(folder, 'a') ? 'b' : 'a');
      saveCheckpoint(slot, pack(state, origin, seconds));
      last = slot;
    },
    lastGood: () => last,
  };
}

interface Found {
  readonly folder: string;
  readonly state: TrainingState;
  readonly seconds: readonly number[];
}

function byProgress(a: Found, b: Found): number {
  return b.state.counters.envSteps - a.state.counters.envSteps;
}

/** The state in a slot, or nothing. */
function readSlot(folder: string, origin: Origin): Found[] {
  if (!hasCheckpoint(folder)) return [];
  try {
    const stored = loadCheckpoint(folder);
    const json = stored.json as unknown as StoredTraining;
    if (json.origin.bidlab !== origin.bidlab || json.origin.backend !== origin.backend) return [];
    return [{ folder, state: unpack(json, stored.arrays), seconds: json.seconds }];
  } catch (error) {
    if (error instanceof SimError && error.code === 'FILE_INVALID') return [];
    throw error;
  }
}

function pack(state: TrainingState, origin: Origin, seconds: readonly number[]): AgentState {
  const { agent, env, network, counters, best, curve, metrics } = state;
  const layers = network.layers.map(({ inputs, outputs, activation }) => ({ inputs, outputs, activation }));
  const rest = { counters, best, curve, metrics, seconds, head: network.head, layers };
  const json: StoredTraining = { origin, agent: agent.json, env: env.json, ...rest };
  const weights = network.layers.flatMap(({ kernel, bias }, l) => [
    [`best/${l}/kernel`, kernel],
    [`best/${l}/bias`, bias],
  ]);
  return {
    json: { ...json },
    arrays: {
      ...Object.fromEntries(Object.entries(agent.arrays).map(([name, array]) => [`agent/${name}`, array])),
      ...Object.fromEntries(Object.entries(env.arrays).map(([name, array]) => [`env/${name}`, array])),
      ...Object.fromEntries(weights),
    },
  };
}

function unpack(json: StoredTraining, arrays: AgentState['arrays']): TrainingState {
  const { counters, best, curve, metrics, head } = json;
  const under = (prefix: string) =>
    Object.fromEntries(
      Object.entries(arrays).flatMap(([name, array]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), array]] : [],
      ),
    );
  const layers = json.layers.map((layer, l) => ({
    ...layer,
    kernel: arrays[`best/${l}/kernel`]!,
    bias: arrays[`best/${l}/bias`]!,
  }));
  return {
    agent: { json: json.agent, arrays: under('agent/') },
    env: { json: json.env, arrays: under('env/') },
    network: { layers, head },
    ...{ counters, best, curve, metrics },
  };
}
