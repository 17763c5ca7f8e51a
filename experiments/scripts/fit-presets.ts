/*
 * Fits the shipped iPinYou market presets to the training price histograms of the benchmark data set:
 *
 *     npx tsx experiments/scripts/fit-presets.ts --data DIR
 *
 * where DIR holds one folder per campaign with its info.json. Only the parameters of the fit are written, never the
 * histogram. A fit is two log-normal and two gamma components and at most eight round prices; expectation-maximisation
 * of the weights starts it, a pattern search on the squared distance of the distribution functions finishes it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWriteFileSync } from '../../src/core/atomic-write.ts';
import { type IpinyouInfo, readIpinyouInfo } from '../../src/data/ipinyou-info.ts';
import type { PriceConfig } from '../../src/market/price-config.ts';
import { priceLevels } from '../../src/market/price-levels.ts';
import { PACKAGE_ROOT } from '../package-root.ts';

type Mixture = Extract<PriceConfig, { kind: 'mixture' }>;
type Component = Mixture['components'][number];

const MAX_POINTS = 8;
/** A round price must hold at least this much more than its neighbours. */
const MIN_POINT_SHARE = 0.003;

/** Shares of the prices 0, 1, 2, … */
function sharesOf(counts: readonly number[]): Float64Array {
  const total = counts.reduce((a, b) => a + b, 0);
  return Float64Array.from(counts, (count) => count / total);
}

/** The prices that stand out most from the median of their nine neighbours, with what they have more. */
function roundPrices(shares: Float64Array): { price: number; weight: number }[] {
  const excesses = Array.from(shares, (share, price) => {
    const around = shares.slice(Math.max(0, price - 4), price + 5).sort();
    return { price, weight: share - around[around.length >> 1]! };
  });
  return excesses
    .filter((point) => point.weight >= MIN_POINT_SHARE)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MAX_POINTS)
    .sort((a, b) => a.price - b.price);
}

/** Probabilities of one component alone on the levels of the mixture. */
function componentShape(mixture: Mixture, component: Component): Float64Array {
  return priceLevels({ ...mixture, components: [{ ...component, weight: 1 }], points: [] }, 1, 1).probabilities;
}

/** Sets the weights to their maximum-likelihood values given the shapes, by expectation-maximisation. */
function fitWeights(mixture: Mixture, shares: Float64Array): Mixture {
  const shapes = mixture.components.map((component) => componentShape(mixture, component));
  for (const point of mixture.points) {
    const spike = new Float64Array(shapes[0]!.length);
    spike[point.price - mixture.lowest] = 1;
    shapes.push(spike);
  }
  let weights = [...mixture.components, ...mixture.points].map((part) => part.weight);
  for (let round = 0; round < 300; round++) {
    const next = weights.map(() => 1e-9);
    for (let level = 0; level < shapes[0]!.length; level++) {
      const parts = weights.map((weight, k) => weight * shapes[k]![level]!);
      const total = parts.reduce((a, b) => a + b, 0);
      const share = shares[level + mixture.lowest]!;
      if (total > 0) for (const [k, part] of parts.entries()) next[k] = next[k]! + (share * part) / total;
    }
    weights = next;
  }
  return withParameters(mixture, [...weights.map(Math.log), ...shapeParameters(mixture)]);
}

function shapeParameters(mixture: Mixture): number[] {
  return mixture.components.flatMap((c) =>
    c.family === 'gamma' ? [Math.log(c.mean), Math.log(c.shape)] : [Math.log(c.median), Math.log(c.sigma)],
  );
}

/** The mixture with logarithms of weights (components, then points) and of location and spread of each component. */
function withParameters(mixture: Mixture, parameters: readonly number[]): Mixture {
  const numWeights = mixture.components.length + mixture.points.length;
  const value = (i: number) => Math.exp(parameters[i]!);
  const spread = (i: number, most: number) => Math.min(most, value(i));
  return {
    ...mixture,
    components: mixture.components.map((component, k): Component => {
      const at = numWeights + 2 * k;
      return component.family === 'gamma'
        ? { family: 'gamma', weight: value(k), mean: value(at), shape: spread(at + 1, 900) }
        : { family: 'log-normal', weight: value(k), median: value(at), sigma: spread(at + 1, 4) };
    }),
    points: mixture.points.map((point, k) => ({ ...point, weight: value(mixture.components.length + k) })),
  };
}

/** Sum of squares and maximum (Kolmogorov–Smirnov) of the distance of the two distribution functions. */
function distances(mixture: Mixture, shares: Float64Array): { squares: number; ks: number } {
  const { probabilities } = priceLevels(mixture, 1, 1);
  let difference = 0;
  let squares = 0;
  let ks = 0;
  for (let price = 0; price < shares.length; price++) {
    difference += shares[price]! - (probabilities[price - mixture.lowest] ?? 0);
    squares += difference * difference;
    ks = Math.max(ks, Math.abs(difference));
  }
  return { squares, ks };
}

/** Pattern search: each parameter up and down, its step halved where neither helps and doubled where one does. */
function refine(start: Mixture, shares: Float64Array): Mixture {
  const parts = [...start.components, ...start.points];
  const parameters = [...parts.map((part) => Math.log(part.weight)), ...shapeParameters(start)];
  const steps = parameters.map(() => 0.1);
  // The sum of squares leads; the maximum has a say so that no single price is given up.
  const cost = () => {
    const { squares, ks } = distances(withParameters(start, parameters), shares);
    return squares + ks * ks;
  };
  let best = cost();
  const improves = (i: number, step: number): boolean => {
    const held = parameters[i]!;
    parameters[i] = held + step;
    const next = cost();
    if (next < best) {
      best = next;
      return true;
    }
    parameters[i] = held;
    return false;
  };
  for (let sweep = 0; sweep < 400 && Math.max(...steps) > 1e-4; sweep++) {
    for (let i = 0; i < parameters.length; i++) {
      const step = steps[i]!;
      const better = improves(i, step) || improves(i, -step);
      steps[i] = better ? Math.min(0.5, step * 2) : step / 2;
    }
  }
  return withParameters(start, parameters);
}

/** Parameters to publish: four digits, weights that sum to 1, nothing below one in 10,000. */
function rounded(mixture: Mixture): Mixture {
  const total = [...mixture.components, ...mixture.points].reduce((sum, part) => sum + part.weight, 0);
  const digits = (x: number) => Number(x.toPrecision(4));
  const share = (weight: number) => Number((weight / total).toFixed(4));
  return {
    ...mixture,
    components: mixture.components
      .map((c): Component => {
        const weight = share(c.weight);
        return c.family === 'gamma'
          ? { ...c, weight, mean: digits(c.mean), shape: digits(c.shape) }
          : { ...c, weight, median: digits(c.median), sigma: digits(c.sigma) };
      })
      .filter((c) => c.weight > 0),
    points: mixture.points.map((p) => ({ ...p, weight: share(p.weight) })).filter((p) => p.weight > 0),
  };
}

function fitPrice(info: IpinyouInfo): { price: Mixture; ks: number } {
  const shares = sharesOf(info.trainPriceCounts);
  const occupied = [...shares.keys()].filter((price) => shares[price]! > 1e-5);
  const start: Mixture = {
    kind: 'mixture',
    lowest: occupied[0]!,
    highest: occupied.at(-1)!,
    components: [
      { family: 'log-normal', weight: 0.2, median: 20, sigma: 0.6 },
      { family: 'gamma', weight: 0.4, mean: 60, shape: 4 },
      { family: 'log-normal', weight: 0.2, median: 110, sigma: 0.4 },
      { family: 'gamma', weight: 0.2, mean: 220, shape: 20 },
    ],
    points: roundPrices(shares),
  };
  const price = rounded(refine(fitWeights(start, shares), shares));
  return { price, ks: distances(price, shares).ks };
}

function yamlOf(campaign: string, info: IpinyouInfo, price: Mixture, ks: number): string {
  const ctr = info.trainClicks / info.trainImpressions;
  const component = (c: Component) =>
    c.family === 'gamma'
      ? `{ family: gamma, weight: ${c.weight}, mean: ${c.mean}, shape: ${c.shape} }`
      : `{ family: log-normal, weight: ${c.weight}, median: ${c.median}, sigma: ${c.sigma} }`;
  return `# Fitted by experiments/scripts/fit-presets.ts; parameters only. Kolmogorov-Smirnov distance ${ks.toFixed(4)}.
name: iPinYou ${campaign}
description: >-
  Prices fitted to the training histogram of campaign ${campaign} of the iPinYou benchmark (Zhang et al. 2014,
  arXiv:1407.7073), Kolmogorov-Smirnov distance ${ks.toFixed(4)}; click rate of the training log; traffic curve and spread
  of click rates are assumptions.
currency: CNY
priceUnit: { name: fen CPM, micros: 10 }
days: 7
auctionsPerDay: 48000
auction: { pricing: second-price, ties: win, minBid: 0, bidQuantumMicros: 10, maxBid: 300 }
price:
  kind: mixture
  lowest: ${price.lowest}
  highest: ${price.highest}
  components:
${price.components.map((c) => `    - ${component(c)}\n`).join('')}  points:${price.points.length === 0 ? ' []\n' : '\n'}${price.points
    .map((p) => `    - { price: ${p.price}, weight: ${p.weight} }\n`)
    .join('')}response:
  pCtr:
    - { family: log-normal, mean: ${Number(ctr.toPrecision(4))}, sigma: 0.8 }
  priceCorrelation: 0.1
  valuePerClick: 1
`;
}

function main(argv: readonly string[]): void {
  const data = argv[argv.indexOf('--data') + 1];
  if (!argv.includes('--data') || data === undefined) {
    process.stderr.write('Usage: npx tsx experiments/scripts/fit-presets.ts --data DIR\n');
    process.exitCode = 1;
    return;
  }
  for (const campaign of readdirSync(data).sort()) {
    const info = readIpinyouInfo(join(data, campaign, 'info.json'));
    const { price, ks } = fitPrice(info);
    const mean = priceLevels(price, 1, 1).probabilities.reduce((sum, p, k) => sum + p * (k + price.lowest), 0);
    atomicWriteFileSync(
      join(PACKAGE_ROOT, 'experiments', 'presets', `ipinyou-${campaign}.yaml`),
      yamlOf(campaign, info, price, ks),
    );
    const logMean = info.trainCost / info.trainImpressions;
    process.stdout.write(
      `${campaign}: KS ${ks.toFixed(4)}, mean price ${mean.toFixed(2)} (log ${logMean.toFixed(2)}), ` +
        `${price.components.length} components, ${price.points.length} points\n`,
    );
  }
}

main(process.argv.slice(2));
