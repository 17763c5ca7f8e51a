import { createBidPerImpression } from '../../envs/bid-per-impression.ts';
import { createBidShading } from '../../envs/bid-shading.ts';
import { CartPole } from '../../envs/classic/cartpole.ts';
import { createKeywordBidding } from '../../envs/keyword-bidding.ts';
import { Rng } from '../../src/core/rng.ts';
import type { Feature } from '../../src/core/space.ts';
import { PROMPT_DELIVERY } from '../../src/market/feedback-delivery.ts';
import { SEAT_FEATURES } from '../../src/sim/auction-net/seat-features.ts';
import type { ShadingMarket } from '../../src/sim/bid-shading/market.ts';
import { drawKeywords } from '../../src/sim/keyword/keywords.ts';
import { drawRtbGymParameters } from '../../src/sim/rtbgym/draw-parameters.ts';
import { rtbGymMarket } from '../../src/sim/rtbgym/market.ts';
import { flightObserver } from '../../src/sim/rtbgym/observations.ts';
import { table } from './markdown-table.ts';

/** The observations of each environment as Markdown tables, by the name of their block in `envs/README.md`. */
export function observationTables(): Readonly<Record<string, string>> {
  const gym = rtbGymMarket(drawRtbGymParameters(new Rng('observation-tables')));
  return {
    'bid-per-impression-v1': featureTable(impressionFeatures()),
    'constrained-bidding-v1': featureTable(SEAT_FEATURES),
    'bid-shading-v1': featureTable(shadingEnvFeatures()),
    'rtbgym-v1 pacing': featureTable(flightObserver('pacing', gym).features),
    'rtbgym-v1 original': featureTable(flightObserver('original', gym).features),
    'keyword-bidding-v1': featureTable(keywordEnvFeatures()),
    'cartpole-v1': featureTable(new CartPole(1).observationSpace.features),
  };
}

/**
 * Name, unit, range and meaning of each feature; neighbours that are numbered and otherwise alike share a row, with the meaning
 * of the first.
 */
export function featureTable(features: readonly Feature[]): string {
  const rows: { first: Feature; last: Feature }[] = [];
  for (const feature of features) {
    const row = rows.at(-1);
    if (row !== undefined && isNext(row.last, feature)) row.last = feature;
    else rows.push({ first: feature, last: feature });
  }
  return table(
    ['Feature', 'Unit', 'Range', 'Meaning'],
    rows.map(({ first, last }) => [
      first === last ? `\`${first.name}\`` : `\`${first.name}\` … \`${last.name}\``,
      first.unit,
      `${shortNumber(first.low)} … ${shortNumber(first.high)}`,
      first.description,
    ]),
  );
}

function isNext(a: Feature, b: Feature): boolean {
  const stem = (name: string) => name.replace(/\d+$/, '');
  const isNumbered = stem(a.name) !== a.name && stem(a.name) === stem(b.name);
  return isNumbered && a.unit === b.unit && a.low === b.low && a.high === b.high;
}

function shortNumber(x: number): string {
  return Number.isFinite(x) ? String(Number(x.toPrecision(4))) : x < 0 ? '−∞' : '∞';
}

function impressionFeatures(): readonly Feature[] {
  const source = { kind: 'log', prices: Float64Array.of(1, 2), values: Float64Array.of(1, 1) } as const;
  const env = createBidPerImpression({ source, horizon: 1, budgets: [1], maxBid: 2, rewardUnit: 1, numEnvs: 1 });
  return env.observationSpace.features;
}

function shadingEnvFeatures(): readonly Feature[] {
  const segment = (name: string) => ({
    name,
    price: { family: 'log-normal', medianMicros: 1000, sigma: 0.5 } as const,
    meanValueMicros: 2000,
    valueSigma: 0.5,
  });
  const market: ShadingMarket = {
    segments: [segment('first'), segment('second')],
    numSteps: 1,
    batchSize: 1,
    driftSigma: 0,
    feedback: 'full',
    delivery: PROMPT_DELIVERY,
  };
  const actions = { kind: 'grid', factors: [1] } as const;
  return createBidShading({ market, actions, reward: 'realised', numEnvs: 1 }).observationSpace.features;
}

/** Of an account of one keyword. */
function keywordEnvFeatures(): readonly Feature[] {
  const keywords = drawKeywords(1, new Rng('observation-tables'));
  const account = { keywords, numDays: 1, dailyBudget: 1, maxBid: 1, rewardUnit: 1, drift: 0, lossThreshold: 1 };
  return createKeywordBidding({ ...account, numEnvs: 1 }).observationSpace.features;
}
