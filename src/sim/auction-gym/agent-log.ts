import type { ShadingLog } from '../../bidding/shading-bidder.ts';

/** What one agent did in the rounds of an iteration that it took part in, as columns of up to K rows. */
export interface AgentLog extends ShadingLog {
  /** `[N]` round. */
  readonly round: Int32Array;
  /** `[N]` item shown if the auction is won. */
  readonly item: Int32Array;
  /** `[N]` true click probability of that item. */
  readonly trueCtr: Float64Array;
  /** `[N]` true expected value of the agent's best item, currency units. */
  readonly bestValue: Float64Array;
  /** `[N]` integer micros. */
  readonly bidMicros: Float64Array;
}

/** An empty log with room for `rows`. */
export function emptyAgentLog(rows: number): AgentLog {
  const column = () => new Float64Array(rows);
  return {
    numRows: 0,
    round: new Int32Array(rows),
    item: new Int32Array(rows),
    ctr: column(),
    trueCtr: column(),
    value: column(),
    bestValue: column(),
    action: column(),
    gamma: column(),
    logPropensity: column(),
    bidMicros: column(),
    won: new Uint8Array(rows),
    utility: column(),
  };
}
