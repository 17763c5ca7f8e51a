import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SimError } from '../src/core/errors.ts';
import type { Rng } from '../src/core/rng.ts';
import { readLog } from '../src/data/import-log.ts';
import { type IpinyouInfo, readIpinyouInfo } from '../src/data/ipinyou-info.ts';
import { allocateTape, type Tape } from '../src/data/tape.ts';

/** One campaign of the iPinYou benchmark: training statistics and, where the folder has it, the test log. */
export interface Campaign {
  readonly id: string;
  readonly info: IpinyouInfo;
  readonly log: Tape;
}

/** What planners and learners of a campaign are fitted on, in words. */
export const CAMPAIGN_FIT = 'training price histogram, click probabilities of the first half of the log';

/** Micros of one price unit of the logs, fen CPM. */
export const FEN_CPM_MICROS = 10;

/**
 * Reads `<data>/<id>/info.json` and `test.theta.txt` (or `.gz`).
 *
 * @param dataFolder What `--data` names.
 * @throws SimError `CONFIG_INVALID` without a data folder; `FILE_NOT_FOUND` naming the file that is missing; `DATA_INVALID` on
 * a bad row.
 */
export async function loadCampaign(dataFolder: string | undefined, id: string): Promise<Campaign> {
  if (dataFolder === undefined) {
    throw new SimError(
      'CONFIG_INVALID',
      `campaign ${id}: the iPinYou benchmark is not part of bidlab; say where it lies with --data FOLDER (the folder that holds ${id}/)`,
    );
  }
  const folder = join(dataFolder, id);
  const info = readIpinyouInfo(join(folder, 'info.json'));
  const files = ['test.theta.txt', 'test.theta.txt.gz'].map((name) => join(folder, name));
  const input = files.find((file) => existsSync(file));
  if (input === undefined) {
    throw new SimError('FILE_NOT_FOUND', `${files[0]} does not exist; put the campaign's test log with pCTR there`);
  }
  const { tape } = await readLog({ input, format: 'ipinyou' });
  return { id, info, log: { ...tape, meta: { ...tape.meta, name: `iPinYou campaign ${id}` } } };
}

/**
 * Training flights drawn from what is known before the second half of the log, followed by test flights of the log itself.
 *
 * Prices come from the training histogram (+1 a level, as RLB smooths it), values from the click probabilities of the
 * log's first half, independently; clicks are Bernoulli draws of them. The last `numTest` full flights of the log follow.
 *
 * @throws SimError `DATA_INVALID` when the second half of the log holds fewer full flights.
 */
export function campaignTape(
  { id, info, log }: Campaign,
  horizon: number,
  numDrawn: number,
  numTest: number,
  rng: Rng,
): Tape {
  const numFull = Math.floor(log.length / horizon);
  // In full flights, so that an odd remainder never takes a flight from the test half.
  const half = Math.floor(numFull / 2) * horizon;
  const testFrom = (numFull - numTest) * horizon;
  if (testFrom < half) {
    throw new SimError(
      'DATA_INVALID',
      `campaign ${id}: the second half of the log holds ${numFull - half / horizon} full flights of ${horizon} records, days.test asks for ${numTest}; lower it`,
    );
  }
  const numDrawnRows = numDrawn * horizon;
  const tape = allocateTape(log.meta, numDrawnRows + numTest * horizon);
  const prices = priceDraws(info.trainPriceCounts);
  const [priceStream, valueStream, clickStream] = [rng.split('prices'), rng.split('values'), rng.split('clicks')];
  for (let i = 0; i < numDrawnRows; i++) {
    tape.marketPriceMicros[i] = prices(priceStream.double()) * FEN_CPM_MICROS;
    tape.value[i] = log.value[valueStream.int(half)]!;
    tape.click[i] = clickStream.double() < tape.value[i]! ? 1 : 0;
  }
  const to = testFrom + numTest * horizon;
  tape.marketPriceMicros.set(log.marketPriceMicros.subarray(testFrom, to), numDrawnRows);
  tape.value.set(log.value.subarray(testFrom, to), numDrawnRows);
  tape.click.set(log.click.subarray(testFrom, to), numDrawnRows);
  for (let i = 0; i < tape.length; i++) tape.timeSeconds[i] = i;
  return tape;
}

/** The price of a uniform number under a histogram with one added to every count. */
function priceDraws(counts: readonly number[]): (uniform: number) => number {
  const cumulative = new Float64Array(counts.length);
  let total = 0;
  for (const [price, count] of counts.entries()) {
    total += count + 1;
    cumulative[price] = total;
  }
  return (uniform) => {
    const target = uniform * total;
    let low = 0;
    let high = counts.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** The statistics of an `info.json` in the names that RLB's estimates read. */
export function rlbInfo(info: IpinyouInfo) {
  return {
    imp_train: info.trainImpressions,
    clk_train: info.trainClicks,
    cost_train: info.trainCost,
    price_counter_train: info.trainPriceCounts,
  };
}
