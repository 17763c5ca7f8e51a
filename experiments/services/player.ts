import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { baselines } from '../../agents/baselines/registry.ts';
import type { Subject } from '../../src/cli/services.ts';
import { SimError } from '../../src/core/errors.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Rng } from '../../src/core/rng.ts';
import { modelPolicy } from '../model-policy.ts';
import { loadPolicyModule } from '../policy-module.ts';
import { baselineContext } from '../trial.ts';
import type { World } from '../world.ts';
import { bundlePath, readPolicy } from './export.ts';

/** A subject ready to play. */
export interface Player {
  readonly policy: string;
  readonly title: string;
  readonly kind: 'learner' | 'baseline';
  build(world: World, fraction: number, rng: Rng): Policy;
}

/**
 * Makes a player of what the command line names.
 *
 * @throws SimError `FILE_NOT_FOUND`, `FILE_INVALID`, `BUNDLE_INVALID`; `UNKNOWN_ID` on an unknown baseline.
 */
export async function playerOf({ kind, value }: Subject): Promise<Player> {
  if (kind === 'id') {
    const baseline = baselines.get(value);
    return {
      policy: value,
      title: baseline.title,
      kind: 'baseline',
      build: (world, fraction, rng) => baseline.build(baselineContext(world, fraction, rng)),
    };
  }
  if (kind === 'module') {
    const create = await loadPolicyModule(pathToFileURL(resolve(value)).href);
    const build = (world: World, fraction: number, rng: Rng) => create(baselineContext(world, fraction, rng), {});
    return { policy: value, title: value, kind: 'baseline', build };
  }
  const path = kind === 'run' ? bundlePath(value) : value.endsWith('.json') ? value : join(value, 'policy.json');
  if (!existsSync(path)) throw new SimError('FILE_NOT_FOUND', `${path} does not exist; give a folder with policy.json`);
  const { model, title } = (await readPolicy(readFileSync(path, 'utf8'), path)).details;
  return { policy: value, title, kind: 'learner', build: () => modelPolicy(model) };
}
