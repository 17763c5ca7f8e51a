import type { ShadingMarket } from '../../bidding/shading-equilibrium.ts';
import { FastNormal } from '../../core/fast-normal.ts';
import type { Rng } from '../../core/rng.ts';
import { BestItem } from './best-item.ts';
import type { Catalogue } from './catalogue.ts';

/** The luck of K rounds: who takes part, which user comes, and the number that decides about a click. */
export interface RoundDraws {
  /** K */
  readonly numRounds: number;
  /** P */
  readonly numParticipants: number;
  /** `[K, E]` user contexts: independent coordinates of the catalogue's law. */
  readonly contexts: Float64Array;
  /** `[K, P]` agents, each at most once a round. */
  readonly agents: Int32Array;
  /** `[K]` uniform on [0, 1): a click happens where it is below the shown item's CTR. */
  readonly clickDraws: Float64Array;
}

/** Buffers for K rounds with P participants out of the catalogue's agents. */
export function emptyDraws(catalogue: Catalogue, numRounds: number, numParticipants: number): RoundDraws {
  return {
    numRounds,
    numParticipants,
    contexts: new Float64Array(numRounds * catalogue.embeddingSize),
    agents: new Int32Array(numRounds * numParticipants),
    clickDraws: new Float64Array(numRounds),
  };
}

/** Draws all rounds afresh; contexts, participants and clicks depend on `rng` only, never on what anybody bids. */
export function drawRounds(
  rng: Rng,
  { numAgents, contexts }: Pick<Catalogue, 'numAgents' | 'contexts'>,
  out: RoundDraws,
): void {
  const fast = new FastNormal(rng);
  if (contexts === 'normal') fast.fillNormals(out.contexts, out.contexts.length);
  else for (let i = 0; i < out.contexts.length; i++) out.contexts[i] = logit(fast.next());
  for (let k = 0; k < out.numRounds; k++) out.clickDraws[k] = fast.next();
  const deck = Int32Array.from({ length: numAgents }, (_, a) => a);
  for (let k = 0; k < out.numRounds; k++) {
    for (let p = 0; p < out.numParticipants; p++) {
      const drawn = p + fast.int(numAgents - p);
      const agent = deck[drawn]!;
      deck[drawn] = deck[p]!;
      deck[p] = agent;
      out.agents[k * out.numParticipants + p] = agent;
    }
  }
}

/** Quantile of the standard logistic distribution. */
function logit(probability: number): number {
  return Math.log(Math.max(probability, Number.EPSILON) / (1 - probability));
}

/** Rounds of one batch, so that a market of any size needs little memory beside itself. */
const BATCH = 8192;

/**
 * What each participant of `numRounds` rounds would expect from winning, if it knew the truth: the common random numbers on
 * which strategies are compared.
 */
export function oracleMarket(
  catalogue: Catalogue,
  numParticipants: number,
  numRounds: number,
  rng: Rng,
): ShadingMarket {
  const agents = new Int32Array(numRounds * numParticipants);
  const values = new Float64Array(numRounds * numParticipants);
  const bestItem = new BestItem(catalogue);
  const item = new Int32Array(1);
  const ctr = new Float64Array(1);
  for (let from = 0, batch = 0; from < numRounds; from += BATCH, batch++) {
    const draws = emptyDraws(catalogue, Math.min(BATCH, numRounds - from), numParticipants);
    drawRounds(rng.split(batch), catalogue, draws);
    agents.set(draws.agents, from * numParticipants);
    for (let i = 0; i < draws.agents.length; i++) {
      const agent = draws.agents[i]!;
      bestItem.pick(agent, draws.contexts, Math.floor(i / numParticipants), item, ctr, 0);
      values[from * numParticipants + i] = ctr[0]! * catalogue.values[agent * catalogue.numItems + item[0]!]!;
    }
  }
  return { numAgents: catalogue.numAgents, numParticipants, numRounds, agents, values };
}
