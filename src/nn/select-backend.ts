import { SimError } from '../core/errors.ts';
import { loadTfjs } from './load-tfjs.ts';
import { loadNative } from './native.ts';
import type { Engine } from './network.ts';
import { simdEngine } from './simd/simd-engine.ts';
import { cpuEngine, remoteEngine, wasmEngine } from './tfjs-engine.ts';

/** What a user may ask for; `auto` takes the first of {@link BACKEND_ORDER} that works here. */
export type BackendChoice = 'auto' | Engine['backend'];

/** Order in which `auto` tries the backends: a GPU, then what trains small networks fastest on a CPU. */
const BACKEND_ORDER: readonly Engine['backend'][] = ['cuda', 'simd', 'tensorflow', 'wasm', 'cpu'];

/** Whether a backend works on this machine, in words for `bidlab doctor`. */
export interface BackendProbe {
  readonly backend: Engine['backend'];
  readonly available: boolean;
  /** What was found, or what is missing. */
  readonly detail: string;
  /** What to do about it; empty where the backend works. */
  readonly remedy: string;
}

/** Engines hold a few constant tensors, so a process makes one of each backend. */
const engines = new Map<Engine['backend'], Engine>();

function once(backend: Engine['backend'], make: () => Engine): Engine {
  let engine = engines.get(backend);
  if (engine === undefined) {
    engine = make();
    engines.set(backend, engine);
  }
  return engine;
}

const CRASH_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Returns how to remove the listeners for crashes that come from now on: TensorFlow's WebAssembly module adds ones that
 * throw every error again, so that Node prints the module's whole minified source above the error.
 */
function rememberCrashListeners(): () => void {
  const before = CRASH_EVENTS.map((event) => new Set(process.rawListeners(event)));
  return () => {
    for (const [i, event] of CRASH_EVENTS.entries()) {
      for (const listener of process.rawListeners(event)) {
        if (!before[i]!.has(listener)) process.removeListener(event, listener as (error: unknown) => void);
      }
    }
  };
}

async function selectWasm(): Promise<Engine> {
  const tf = await loadTfjs();
  const restoreListeners = rememberCrashListeners();
  try {
    await import('@tensorflow/tfjs-backend-wasm');
    if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly module did not start');
  } catch (cause) {
    throw new SimError(
      'BACKEND_UNAVAILABLE',
      `wasm: @tensorflow/tfjs-backend-wasm does not load (${firstLine(cause)}); run npm ci again, or use --backend cpu`,
      { cause },
    );
  } finally {
    restoreListeners();
  }
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return once('wasm', () => wasmEngine(tf, simd ? 'wasm (SIMD)' : 'wasm (no SIMD)'));
}

async function selectCpu(): Promise<Engine> {
  const tf = await loadTfjs();
  await tf.setBackend('cpu');
  return once('cpu', () => cpuEngine(tf));
}

async function selectNative(backend: 'cuda' | 'tensorflow'): Promise<Engine> {
  const { tf, description } = await loadNative(backend);
  return once(backend, () => remoteEngine(tf, 'tensorflow', backend, description));
}

/**
 * The engine of one backend, the same object each time; TensorFlow is loaded now and not before.
 *
 * `cuda` is native TensorFlow that really uses a GPU, `tensorflow` the same on the CPU, `simd` WebAssembly kernels of our own
 * for multi-layer perceptrons, `wasm` TensorFlow.js on WebAssembly SIMD (ships with the package), `cpu` plain JavaScript (the slow reference). `auto` takes the first of them that works.
 *
 * @throws SimError `BACKEND_UNAVAILABLE` naming what is missing and the remedy.
 */
export async function selectEngine(backend: BackendChoice): Promise<Engine> {
  if (backend === 'auto') return selectFirst();
  if (backend === 'simd') return once('simd', simdEngine);
  if (backend === 'wasm') return selectWasm();
  if (backend === 'cpu') return selectCpu();
  return selectNative(backend);
}

async function selectFirst(): Promise<Engine> {
  let last: unknown;
  for (const backend of BACKEND_ORDER) {
    try {
      return await selectEngine(backend);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** Tries every backend, in the order of `auto`; never throws. */
export async function probeBackends(): Promise<BackendProbe[]> {
  const probes: BackendProbe[] = [];
  for (const backend of BACKEND_ORDER) {
    try {
      const engine = await selectEngine(backend);
      probes.push({ backend, available: true, detail: engine.description, remedy: '' });
    } catch (error) {
      const [detail, remedy] = splitRemedy(firstLine(error));
      probes.push({ backend, available: false, detail, remedy });
    }
  }
  return probes;
}

/** A BACKEND_UNAVAILABLE message is "what is missing; what to do". */
function splitRemedy(message: string): [detail: string, remedy: string] {
  const text = message.replace(/^BACKEND_UNAVAILABLE: /, '');
  const at = text.indexOf('; ');
  return at === -1 ? [text, 'run npm ci again'] : [text.slice(0, at), text.slice(at + 2)];
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0]!;
}
