import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { type ConfigOverride, parseConfig, parseYamlConfig } from '../src/core/config.ts';
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
 * @param changes Values by path, as from `--set`.
 * @throws SimError `UNKNOWN_ID` on an unknown preset; `CONFIG_INVALID` on bad settings.
 */
export function loadMarketPreset(id: string, changes: Readonly<Record<string, unknown>> = {}): MarketConfig {
  const overrides: ConfigOverride[] = Object.entries(changes).map(([path, value]) => ({ path, value }));
  return parseYamlConfig(marketConfigSchema, presetText(id), `experiments/presets/${id}.yaml`, overrides);
}

/**
 * A shipped market with what an experiment's `market` says instead, setting by setting.
 *
 * @throws SimError `UNKNOWN_ID` on an unknown preset; `CONFIG_INVALID` on bad settings, placed under `market`.
 */
export function marketOnPreset(id: string, changes: Readonly<Record<string, unknown>>): MarketConfig {
  const preset = parse(presetText(id)) as Record<string, unknown>;
  return parseConfig(marketConfigSchema, { ...preset, ...changes }, 'market');
}

function presetText(id: string): string {
  const ids = marketPresetIds();
  if (!ids.includes(id)) throw new SimError('UNKNOWN_ID', unknownIdMessage('market', id, ids));
  return readFileSync(join(FOLDER, `${id}.yaml`), 'utf8');
}
