import type { Engine } from '../src/nn/network.ts';
import { type BackendChoice, selectEngine } from '../src/nn/select-backend.ts';

const engines = new Map<BackendChoice, Promise<Engine>>();

/** The engine of a backend, loaded once in a thread. */
export function engineFor(backend: BackendChoice): Promise<Engine> {
  let engine = engines.get(backend);
  if (engine === undefined) {
    engine = selectEngine(backend);
    engines.set(backend, engine);
  }
  return engine;
}
