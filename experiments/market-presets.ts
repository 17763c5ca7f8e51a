import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ConfigOverride, parseYamlConfig } from '../src/core/config.ts';
import { SimError } from '../src/core/errors.ts';
import { unknownIdMessage } from '../src/core/registry.ts';
import { type MarketConfig, marketConfigSchema } from '../src/sim/market-config.ts';
import { PACKAGE_ROOT } from './package-root.ts';

const FOLDER = join(PACKAGE_ROOT, 'experiments', 'presets');

/** Ids of the shipped markets. */
export function marketPresetIds(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/**
 * A shipped market with changes on top.
 *
 * @throws SimError `UNKNOWN_ID` on an unknown preset; `CONFIG_INVALID` on bad settings.
 */
export function loadMarketPreset(id: string, changes: Readonly<Record<string, unknown>> = {}): MarketConfig {
  const ids = marketPresetIds();
  if (!ids.includes(id)) throw new SimError('UNKNOWN_ID', unknownIdMessage('market', id, ids));
  const overrides: ConfigOverride[] = Object.entries(changes).map(([path, value]) => ({ path, value }));
  const file = `experiments/presets/${id}.yaml`;
  return parseYamlConfig(marketConfigSchema, readFileSync(join(PACKAGE_ROOT, file), 'utf8'), file, overrides);
}
