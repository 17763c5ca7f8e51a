import { checkLength } from '../../core/errors.ts';
import type { BidPolicy, FlightCounters, MultiplierPolicy, Policy } from '../../core/policy.ts';
import type { Rng } from '../../core/rng.ts';
import type { House } from './house.ts';
import { type MarketRecords, MarketRun } from './market-run.ts';
import { rivalPolicy } from './rival-policy.ts';

/**
 * N flights of one market side by side, tick by tick, with the scripted rivals in their seats. Whoever steps it fills the
 * seats of agents: with policies, or with multipliers of its own.
 */
export class MarketFloor {
  readonly house: House;
  /** `[N]` */
  readonly runs: readonly MarketRun[];
  /** `[A][N]` counters by seat and flight; objects stay the same. */
  readonly counters: readonly (readonly FlightCounters[])[];
  /** `[A][N]` multipliers of the tick about to be played; write those of agents before {@link step}. */
  readonly multipliers: readonly Float64Array[];
  readonly #policies: readonly (Policy | null)[];
  readonly #bidders: readonly (BidPolicy | null)[];
  readonly #mask: Uint8Array;
  readonly #active: Uint8Array;
  readonly #row: Float64Array;

  /**
   * @param agents One entry an agent's seat: its policy, or null where multipliers are written from outside.
   * @throws SimError `SHAPE_MISMATCH` when their number is not that of the agents' seats.
   */
  constructor(house: House, numFlights: number, agents: readonly (Policy | null)[]) {
    const numSeats = house.seats.length;
    checkLength('policies of the agents’ seats', agents.length, numSeats - house.firstAgent);
    this.house = house;
    this.runs = Array.from({ length: numFlights }, () => new MarketRun(house));
    this.counters = house.seats.map((_, a) => this.runs.map((run) => run.counters[a]!));
    this.multipliers = house.seats.map(() => new Float64Array(numFlights).fill(Number.NaN));
    this.#policies = house.seats.map(({ rule }, a) =>
      rule === null ? agents[a - house.firstAgent]! : rivalPolicy(rule, numFlights),
    );
    this.#bidders = this.#policies.map((policy) => (policy?.kind === 'bid' ? policy : null));
    this.#mask = new Uint8Array(numFlights);
    this.#active = new Uint8Array(numFlights);
    this.#row = new Float64Array(numSeats);
  }

  /** Begins flight n anew; @param startingMultiplier What the agents' counters show as their last multiplier. */
  begin(n: number, rng: Rng, startingMultiplier: number, records: MarketRecords = {}): void {
    this.runs[n]!.begin(rng, startingMultiplier, records);
    this.#mask.fill(0);
    this.#mask[n] = 1;
    for (const policy of this.#policies) policy?.reset(this.#mask);
  }

  /** Plays the next tick of every flight that is not over. A policy whose budget begins anew forgets as for a new flight. */
  step(): void {
    for (let a = 0; a < this.#policies.length; a++) {
      const policy = this.#policies[a]!;
      if (policy === null) continue;
      this.#renew(a, policy);
      if (policy.kind === 'multiplier') this.#decide(a, policy);
      else this.#beginStep(a, policy);
    }
    for (let n = 0; n < this.runs.length; n++) {
      const run = this.runs[n]!;
      if (run.tickIndex >= this.house.numTicks) continue;
      for (let a = 0; a < this.#row.length; a++) this.#row[a] = this.multipliers[a]![n]!;
      run.playTick(this.#row, this.#bidders, n);
    }
  }

  #renew(a: number, policy: Policy): void {
    let any = false;
    for (let n = 0; n < this.runs.length; n++) {
      const renewed = this.runs[n]!.renewed(a);
      this.#mask[n] = renewed ? 1 : 0;
      any ||= renewed;
    }
    if (any) policy.reset(this.#mask);
  }

  #decide(a: number, policy: MultiplierPolicy): void {
    for (let n = 0; n < this.runs.length; n++) this.#active[n] = this.#plays(n, a) ? 1 : 0;
    policy.decide(this.counters[a]!, this.#active, this.multipliers[a]!);
  }

  #beginStep(a: number, policy: BidPolicy): void {
    for (let n = 0; n < this.runs.length; n++) if (this.#plays(n, a)) policy.beginStep(n, this.counters[a]![n]!);
  }

  #plays(n: number, a: number): boolean {
    return this.runs[n]!.tickIndex < this.house.numTicks && this.runs[n]!.present(a);
  }
}
