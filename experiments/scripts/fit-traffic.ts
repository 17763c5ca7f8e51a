/*
 * Fits the default weekly traffic curve: `npx tsx experiments/scripts/fit-traffic.ts <traffic_share.csv>` prints the numbers
 * that stand in src/market/default-traffic.ts and how well they fit.
 *
 * The table has the columns region_id, dow (1 is Monday), hour, traffic_share, one share of the week per region and hour.
 * Regions count alike: the curve is fitted to the geometric mean of their shares.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fitWeeklyTraffic, weeklyShares } from '../../src/market/weekly-traffic.ts';

const HARMONICS = 3;
const { positionals } = parseArgs({ allowPositionals: true });
const path = positionals[0] ?? '../shared/data/seasonality/traffic_share.csv';
const shares = geometricMeans(readFileSync(path, 'utf8'));
const model = fitWeeklyTraffic(shares, HARMONICS);
const rounded = {
  levels: model.levels.map(round4),
  weekday: model.weekday.map(round4),
  weekend: model.weekend.map(round4),
};
const fitted = weeklyShares(rounded);
process.stdout.write(`${JSON.stringify(rounded, null, 2)}\n`);
process.stdout.write(`R² of the log shares: ${rSquared(shares, fitted).toFixed(4)}\n`);

function geometricMeans(csv: string): Float64Array {
  const logs = new Float64Array(168);
  const counts = new Int32Array(168);
  for (const line of csv.trim().split('\n').slice(1)) {
    const [, day, hour, share] = line.split(',').map(Number) as [number, number, number, number];
    if (!(share > 0)) continue;
    const i = (day - 1) * 24 + hour;
    logs[i]! += Math.log(share);
    counts[i]! += 1;
  }
  const means = logs.map((log, i) => Math.exp(log / counts[i]!));
  const total = means.reduce((sum, mean) => sum + mean, 0);
  return means.map((mean) => mean / total);
}

function rSquared(observed: Float64Array, predicted: Float64Array): number {
  const logs = observed.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  let residual = 0;
  let total = 0;
  logs.forEach((log, i) => {
    residual += (log - Math.log(predicted[i]!)) ** 2;
    total += (log - mean) ** 2;
  });
  return 1 - residual / total;
}

function round4(x: number): number {
  return Math.round(x * 1e4) / 1e4;
}
