import { Rng } from '../../core/rng.ts';
import { organicRate } from '../../response/organic.ts';
import type { JourneyConfig } from './journey-config.ts';

/** All that users do whatever is bought: when they can be reached, and how each of their chances would fall. */
export interface UserTraffic {
  readonly numUsers: number;
  /** `[U]` standard normal over users. */
  readonly intents: Float64Array;
  /** Opportunities n, in time order. */
  readonly count: number;
  /** `[n]` days. */
  readonly times: Float64Array;
  /** `[n]` */
  readonly users: Int32Array;
  /** `[n]` */
  readonly items: Int32Array;
  /** `[n, F]` */
  readonly features: Float64Array;
  /** `[n]` uniform numbers of click, conversion and delay. */
  readonly clickChances: Float64Array;
  readonly conversionChances: Float64Array;
  readonly delayChances: Float64Array;
  /** Conversions m that come without any ad, in time order. */
  readonly organicCount: number;
  /** `[m]` days. */
  readonly organicTimes: Float64Array;
  /** `[m]` */
  readonly organicUsers: Int32Array;
  /** `[m]` uniform numbers of displacement. */
  readonly organicChances: Float64Array;
}

/** Opportunities as drawn, user by user. */
class DrawnRows {
  readonly times: number[] = [];
  readonly users: number[] = [];
  readonly items: number[] = [];
  readonly chances: number[] = [];
  readonly contexts: number[] = [];
}

/**
 * Draws the users' opportunities and organic conversions. Everything of user u comes from the stream `user/u`, so a larger
 * market holds the smaller one, and policies on the same seed meet the same users with the same luck.
 *
 * @param reachableDays Opportunities come in [0, reachableDays).
 * @param horizonDays Organic conversions come in [0, horizonDays).
 */
export function drawUserTraffic(
  config: JourneyConfig,
  reachableDays: number,
  horizonDays: number,
  rng: Rng,
): UserTraffic {
  const { numUsers, numItems, userDim, contextDim, organic } = config;
  const embeddings = new Float64Array(numUsers * userDim);
  const intents = new Float64Array(numUsers);
  const rows = new DrawnRows();
  const organicRows = new DrawnRows();
  for (let user = 0; user < numUsers; user++) {
    const own = new Rng(`${rng.path}/user/${user}`);
    for (let d = 0; d < userDim; d++) embeddings[user * userDim + d] = own.normal();
    intents[user] = embeddings[user * userDim]!;
    const organics = own.split('organic');
    drawArrivals(organicRate(organic, intents[user]!), horizonDays, organics, (time) => {
      organicRows.times.push(time);
      organicRows.users.push(user);
      organicRows.chances.push(organics.double());
    });
    drawArrivals(config.opportunitiesPerUserDay, reachableDays, own, (time) => {
      rows.times.push(time);
      rows.users.push(user);
      rows.items.push(own.int(numItems));
      rows.chances.push(own.double(), own.double(), own.double());
      for (let d = 0; d < contextDim; d++) rows.contexts.push(own.normal());
    });
  }
  const order = timeOrder(rows.times);
  const organicOrder = timeOrder(organicRows.times);
  const count = order.length;
  const organicCount = organicOrder.length;
  return {
    numUsers,
    intents,
    count,
    times: gather(rows.times, order, new Float64Array(count)),
    users: gather(rows.users, order, new Int32Array(count)),
    items: gather(rows.items, order, new Int32Array(count)),
    features: joinFeatures(order, rows, embeddings, userDim, contextDim),
    clickChances: gather(rows.chances, order, new Float64Array(count), 3, 0),
    conversionChances: gather(rows.chances, order, new Float64Array(count), 3, 1),
    delayChances: gather(rows.chances, order, new Float64Array(count), 3, 2),
    organicCount,
    organicTimes: gather(organicRows.times, organicOrder, new Float64Array(organicCount)),
    organicUsers: gather(organicRows.users, organicOrder, new Int32Array(organicCount)),
    organicChances: gather(organicRows.chances, organicOrder, new Float64Array(organicCount)),
  };
}

/** Column `column` of rows `width` wide, in the order given. */
function gather<T extends Float64Array | Int32Array>(
  values: readonly number[],
  order: Uint32Array,
  out: T,
  width = 1,
  column = 0,
): T {
  for (let k = 0; k < order.length; k++) out[k] = values[order[k]! * width + column]!;
  return out;
}

/** A Poisson process on [0, days): exponential gaps. */
function drawArrivals(rate: number, days: number, rng: Rng, onArrival: (time: number) => void): void {
  if (rate <= 0) return;
  const gap = () => -Math.log1p(-rng.double()) / rate;
  for (let time = gap(); time < days; time += gap()) onArrival(time);
}

function timeOrder(times: readonly number[]): Uint32Array {
  return Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a]! - times[b]! || a - b);
}

function joinFeatures(
  order: Uint32Array,
  { users, contexts }: DrawnRows,
  embeddings: Float64Array,
  userDim: number,
  contextDim: number,
): Float64Array {
  const width = userDim + contextDim;
  const features = new Float64Array(order.length * width);
  for (let k = 0; k < order.length; k++) {
    const i = order[k]!;
    const user = users[i]!;
    for (let d = 0; d < userDim; d++) features[k * width + d] = embeddings[user * userDim + d]!;
    for (let d = 0; d < contextDim; d++) features[k * width + userDim + d] = contexts[i * contextDim + d]!;
  }
  return features;
}
