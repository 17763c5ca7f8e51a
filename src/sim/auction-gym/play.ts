import type { Allocation, AuctionBatch, AuctionMechanism, Slots } from '../../auction/mechanism.ts';
import type { ShadingBidder } from '../../bidding/shading-bidder.ts';
import { FastNormal } from '../../core/fast-normal.ts';
import type { Rng } from '../../core/rng.ts';
import { MICROS_PER_UNIT } from '../../core/units.ts';
import { type AgentLog, emptyAgentLog } from './agent-log.ts';
import type { Allocator } from './allocators.ts';
import { BestItem } from './best-item.ts';
import type { Catalogue } from './catalogue.ts';
import { drawRounds, emptyDraws, type RoundDraws } from './draw-rounds.ts';
import { addEstimates, settleLoss, settleWin } from './settle.ts';
import { type AgentTotals, emptyTotals } from './totals.ts';

/** What decides for one agent. */
export interface GymAgent {
  readonly allocator: Allocator;
  readonly bidder: ShadingBidder;
}

/** A market of repeated auctions without budgets. */
export interface AuctionGymSetting {
  readonly catalogue: Catalogue;
  readonly mechanism: AuctionMechanism;
  /** P: agents drawn for each round. */
  readonly numParticipants: number;
  /** K: rounds of an iteration, between two updates. */
  readonly numRounds: number;
  /** `[M]` */
  readonly agents: readonly GymAgent[];
  /** Users, participants and clicks are drawn from its stream `rounds`, agents' own draws from `agents`. */
  readonly rng: Rng;
}

/** One slot, always seen. */
const ONE_SLOT: Slots = { exposure: Float64Array.of(1), model: 'independent' };

/**
 * AuctionGym's world: in each round P of M agents meet a user, each picks one of its items and bids γ · value · CTR, one of them
 * wins the slot and may be clicked; after K rounds everybody learns.
 *
 * All decisions of an iteration are made before its outcomes are known, so it is played as a batch, column by column. Bids are
 * rounded down to micros. Nothing that anybody does shifts the users, participants and clicks of later rounds.
 *
 * Source: Jeunen, Murphy and Allison (2022), "Learning to bid with AuctionGym", AdKDD; github.com/amzn/auction-gym.
 */
export class AuctionGym {
  readonly #setting: AuctionGymSetting;
  readonly #draws: RoundDraws;
  readonly #bestItem: BestItem;
  readonly #logs: readonly AgentLog[];
  /** `[K, P]` row of the agent's log that belongs to a seat. */
  readonly #rows: Int32Array;
  readonly #batch: AuctionBatch;
  readonly #allocation: Allocation;
  readonly #clicks: Uint8Array;
  /** `[M, I]` value of a click, integer micros. */
  readonly #valuesMicros: Float64Array;
  #iteration = 0;

  constructor(setting: AuctionGymSetting) {
    const { catalogue, numRounds, numParticipants } = setting;
    const seats = numRounds * numParticipants;
    this.#setting = setting;
    this.#draws = emptyDraws(catalogue, numRounds, numParticipants);
    this.#bestItem = new BestItem(catalogue);
    this.#logs = setting.agents.map(() => emptyAgentLog(numRounds));
    this.#rows = new Int32Array(seats);
    this.#batch = {
      numAuctions: numRounds,
      numBidders: numParticipants,
      bidsMicros: new Float64Array(seats),
      quality: null,
      reserveMicros: new Float64Array(numRounds),
      softFloorMicros: null,
      ties: 'lowest-index',
      tieBreak: null,
    };
    this.#allocation = { winners: new Int32Array(numRounds), pricesMicros: new Float64Array(numRounds) };
    this.#clicks = new Uint8Array(numRounds);
    this.#valuesMicros = catalogue.values.map((value) => Math.round(value * MICROS_PER_UNIT));
  }

  /** Plays K rounds, lets everybody learn, and returns each agent's sums `[M]`. */
  playIteration(): AgentTotals[] {
    const { rng, catalogue, mechanism, agents } = this.#setting;
    const iteration = this.#iteration++;
    drawRounds(rng.split('rounds').split(iteration), catalogue, this.#draws);
    this.#seat();
    for (let a = 0; a < agents.length; a++) {
      const { allocator, bidder } = agents[a]!;
      const log = this.#logs[a]!;
      const random = new FastNormal(rng.split('agents').split(a).split(iteration));
      allocator.choose(log, this.#draws.contexts, random);
      for (let n = 0; n < log.numRows; n++) log.value[n] = catalogue.values[a * catalogue.numItems + log.item[n]!]!;
      bidder.shade(log, random);
      for (let n = 0; n < log.numRows; n++) {
        log.bidMicros[n] = Math.floor(log.gamma[n]! * log.value[n]! * log.ctr[n]! * MICROS_PER_UNIT);
      }
    }
    this.#collectBids();
    mechanism.clear(this.#batch, ONE_SLOT, this.#allocation);
    const totals = this.#settle();
    for (let a = 0; a < agents.length; a++) {
      agents[a]!.allocator.learn(this.#logs[a]!, this.#draws.contexts, this.#clicks);
      agents[a]!.bidder.learn(this.#logs[a]!);
    }
    return totals;
  }

  /** Opens a row for each seat, with the agent's truly best item. */
  #seat(): void {
    const { catalogue, numParticipants, numRounds } = this.#setting;
    const { agents, contexts } = this.#draws;
    for (const log of this.#logs) log.numRows = 0;
    for (let k = 0, seat = 0; k < numRounds; k++) {
      for (let p = 0; p < numParticipants; p++, seat++) {
        const agent = agents[seat]!;
        const log = this.#logs[agent]!;
        const n = log.numRows++;
        this.#rows[seat] = n;
        this.#bestItem.pick(agent, contexts, k, log.item, log.trueCtr, n);
        const ctr = log.trueCtr[n]!;
        log.round[n] = k;
        log.ctr[n] = ctr;
        log.bestValue[n] = ctr * catalogue.values[agent * catalogue.numItems + log.item[n]!]!;
      }
    }
  }

  #collectBids(): void {
    const { agents } = this.#draws;
    const { bidsMicros } = this.#batch;
    for (let seat = 0; seat < bidsMicros.length; seat++) {
      bidsMicros[seat] = this.#logs[agents[seat]!]!.bidMicros[this.#rows[seat]!]!;
    }
  }

  /** Highest bid of a round but for one seat's, 0 for none. */
  #highestRival(k: number, seat: number): number {
    const { bidsMicros, numBidders } = this.#batch;
    let highest = 0;
    for (let p = 0; p < numBidders; p++) {
      const bid = bidsMicros[k * numBidders + p]!;
      if (p !== seat && bid > highest) highest = bid;
    }
    return highest;
  }

  /** Tells every seat its outcome and adds it up. */
  #settle(): AgentTotals[] {
    const { numParticipants, numRounds } = this.#setting;
    const { agents } = this.#draws;
    const { winners, pricesMicros } = this.#allocation;
    const totals = this.#logs.map(emptyTotals);
    this.#clicks.fill(0);
    for (let k = 0, seat = 0; k < numRounds; k++) {
      const winner = k * numParticipants + winners[k]!;
      for (let p = 0; p < numParticipants; p++, seat++) {
        const agent = agents[seat]!;
        if (seat === winner) this.#settleWinner(k, p, totals[agent]!);
        else settleLoss(this.#logs[agent]!, this.#rows[seat]!, totals[agent]!, pricesMicros[k]!);
      }
    }
    for (let a = 0; a < totals.length; a++) addEstimates(this.#logs[a]!, totals[a]!);
    return totals;
  }

  #settleWinner(k: number, p: number, totals: AgentTotals): void {
    const { numParticipants, catalogue } = this.#setting;
    const seat = k * numParticipants + p;
    const agent = this.#draws.agents[seat]!;
    const log = this.#logs[agent]!;
    const n = this.#rows[seat]!;
    const clicked = this.#draws.clickDraws[k]! < log.trueCtr[n]!;
    if (clicked) this.#clicks[k] = 1;
    const valueMicros = clicked ? this.#valuesMicros[agent * catalogue.numItems + log.item[n]!]! : 0;
    settleWin(log, n, totals, this.#allocation.pricesMicros[k]!, this.#highestRival(k, p), valueMicros);
  }
}
