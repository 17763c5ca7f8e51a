import type { FastNormal } from '../../core/fast-normal.ts';
import { ClickModelLaplace, type ShownItems } from '../../response/click-model-laplace.ts';
import type { AgentLog } from './agent-log.ts';
import { clickProbability } from './best-item.ts';
import type { Catalogue } from './catalogue.ts';

/** Chooses which item an agent shows and says how likely it is clicked. */
export interface Allocator {
  /**
   * Writes `item`, `ctr` and `trueCtr` of every row in use; on entry they hold the truly best item.
   *
   * @param contexts `[K, E]` of all rounds.
   */
  choose(log: AgentLog, contexts: Float64Array, random: FastNormal): void;
  /** Learns from the rows that were won. @param clicks `[K]` of all rounds, 0 or 1. */
  learn(log: AgentLog, contexts: Float64Array, clicks: Uint8Array): void;
}

/** Knows the truth: shows the best item and states its click probability. */
export const oracleAllocator: Allocator = {
  choose() {
    // The truly best item is there already.
  },
  learn() {
    // Nothing is left to learn.
  },
};

/**
 * Learns clicks from what it has shown, sees only the first `seen` coordinates of a user and shows the item that is best by a
 * Thompson sample; bids go by the most likely weights.
 *
 * Source: AuctionGym (Jeunen et al. 2022), `agent.py` and `PyTorchLogisticRegressionAllocator`.
 */
export function thompsonAllocator(catalogue: Catalogue, agent: number, seen: number, numRounds: number): Allocator {
  const { numItems, embeddingSize, values } = catalogue;
  const model = new ClickModelLaplace(numItems, seen + 1);
  const shown: ShownItems = {
    numRows: 0,
    contexts: new Float64Array(numRounds * (seen + 1)),
    items: new Int32Array(numRounds),
    clicks: new Uint8Array(numRounds),
  };
  return {
    choose(log, contexts, random) {
      for (let n = 0; n < log.numRows; n++) {
        const round = log.round[n]!;
        model.see(contexts, round * embeddingSize);
        let best = 0;
        let highest = Number.NEGATIVE_INFINITY;
        for (let item = 0; item < numItems; item++) {
          const worth = model.sampledProbability(item, random) * values[agent * numItems + item]!;
          if (worth > highest) {
            highest = worth;
            best = item;
          }
        }
        log.item[n] = best;
        log.ctr[n] = model.probability(best);
        log.trueCtr[n] = clickProbability(catalogue, agent, best, contexts, round);
      }
    },
    learn(log, contexts, clicks) {
      shown.numRows = 0;
      for (let n = 0; n < log.numRows; n++) {
        if (log.won[n] === 0) continue;
        const row = shown.numRows++;
        const round = log.round[n]!;
        for (let d = 0; d < seen; d++) shown.contexts[row * (seen + 1) + d] = contexts[round * embeddingSize + d]!;
        shown.contexts[row * (seen + 1) + seen] = 1;
        shown.items[row] = log.item[n]!;
        shown.clicks[row] = clicks[round]!;
      }
      model.learn(shown);
    },
  };
}
