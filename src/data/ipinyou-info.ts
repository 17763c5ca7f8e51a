import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseConfig } from '../core/config.ts';
import { SimError } from '../core/errors.ts';

const infoSchema = z.object({
  imp_train: z.int().positive(),
  clk_train: z.int().nonnegative(),
  cost_train: z.number().nonnegative(),
  price_counter_train: z.array(z.int().nonnegative()).min(1),
  imp_test: z.int().nonnegative(),
  clk_test: z.int().nonnegative(),
  cost_test: z.number().nonnegative(),
});

/** Statistics of one campaign of the iPinYou benchmark, from its `info.json`. Prices and costs are in fen CPM. */
export interface IpinyouInfo {
  readonly trainImpressions: number;
  readonly trainClicks: number;
  readonly trainCost: number;
  /** `[301]` Impressions of the training log at each market price 0, 1, 2, … */
  readonly trainPriceCounts: readonly number[];
  readonly testImpressions: number;
  readonly testClicks: number;
  readonly testCost: number;
}

/**
 * Reads a campaign's `info.json`.
 *
 * @throws SimError `FILE_NOT_FOUND`; `DATA_INVALID` where it is no JSON; `CONFIG_INVALID` naming every wrong field.
 */
export function readIpinyouInfo(path: string): IpinyouInfo {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SimError('FILE_NOT_FOUND', `${path}: the campaign's info.json cannot be read; check the folder.`, {
      cause: error,
    });
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new SimError('DATA_INVALID', `${path}: expected JSON; copy the file again.`, { cause: error });
  }
  const info = parseConfig(infoSchema, raw, path);
  return {
    trainImpressions: info.imp_train,
    trainClicks: info.clk_train,
    trainCost: info.cost_train,
    trainPriceCounts: info.price_counter_train,
    testImpressions: info.imp_test,
    testClicks: info.clk_test,
    testCost: info.cost_test,
  };
}
