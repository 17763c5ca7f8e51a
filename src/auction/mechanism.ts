/** Places on a page, best first: how likely an ad in each is seen. */
export interface Slots {
  /**
   * `[S]` in (0, 1], not ascending. `independent`: slot s is seen with this probability whatever the others. `cascade`:
   * with this probability given that slot s − 1 was seen (AuctionNet: 1, .8, .6).
   */
  readonly exposure: Float64Array;
  readonly model: 'independent' | 'cascade';
}

/**
 * K auctions among A bidders as typed arrays; buffers may be longer than what is in use, and are reused from batch to
 * batch.
 */
export interface AuctionBatch {
  /** K */
  numAuctions: number;
  /** A */
  readonly numBidders: number;
  /** `[K, A]` what a bidder offers for one billed event, integer micros; NaN or a negative number is no bid. */
  readonly bidsMicros: Float64Array;
  /**
   * `[K, A]` expected billed events per exposure (pCTR when clicks are billed), > 0; null where all are 1. Mechanisms that
   * rank by quality order bidders by bid · quality; others ignore it.
   */
  readonly quality: Float64Array | null;
  /** `[K]` hard reserve for one billed event, integer micros ≥ 0; a bid equal to it may win. */
  readonly reserveMicros: Float64Array;
  /** `[K]` soft floor, integer micros ≥ reserve; null where there is none. Mechanisms without soft floors ignore it. */
  readonly softFloorMicros: Float64Array | null;
  /** Of equal bids the lowest index wins, or the one with the highest number in `tieBreak`. */
  readonly ties: 'lowest-index' | 'random';
  /** `[K, A]` uniform numbers, drawn by the caller; null unless ties are random. */
  readonly tieBreak: Float64Array | null;
}

/** Who got what; the caller owns it and hands it in again. */
export interface Allocation {
  /** `[K, S]` bidder in each slot, −1 where nobody met the reserve. */
  readonly winners: Int32Array;
  /** `[K, S]` what the bidder pays for one billed event in that slot, integer micros; 0 where the slot is empty. */
  readonly pricesMicros: Float64Array;
}

/** What a mechanism promises; the conformance suite tests each claim that is made, and refutes each that is not. */
export interface MechanismClaims {
  /** Bidding one's value is a weakly dominant strategy, up to one micro a billed event where prices are rounded. */
  readonly truthful: boolean;
  /** No winner ever pays more than it bid. */
  readonly individuallyRational: boolean;
  /** A higher reserve never lowers what a winner pays, as long as it still wins the same slot. */
  readonly priceMonotoneInReserve: boolean;
  /**
   * At the bids, the allocation maximises Σ bid · quality · exposure among those who meet the reserve, over the slots that the
   * mechanism sells. Here and below quality counts where the mechanism ranks by it and is 1 elsewhere; exposure is the
   * probability that a slot is seen (under `cascade` the product down to it).
   */
  readonly efficientAtBids: boolean;
  /** Without a reserve, nobody whose bid is its value would rather have another's slot at what that one pays per exposure. */
  readonly envyFreeAtBids: boolean;
  /** At the same bids, the expected revenue of the slots it sells is never below that of VCG. */
  readonly revenueAtLeastVcg: boolean;
}

/** A sealed-bid auction of S slots, cleared in batches. Pure, and allocates nothing after its first batch of a size. */
export interface AuctionMechanism {
  /** Words for people: "Second price (Vickrey)". */
  readonly title: string;
  /** One sentence: who wins and what is paid. */
  readonly description: string;
  /** Where the mechanism is described. */
  readonly source: string;
  /** 1: sells one slot only, whatever the page offers. null: any number. */
  readonly maxSlots: 1 | null;
  /** Whether bidders are ranked by bid, or by bid · quality. */
  readonly ranksBy: 'bid' | 'quality';
  readonly claims: MechanismClaims;
  /** Clears every auction of the batch; the first S = slots.exposure.length places of each row of `out` are written. */
  clear(batch: AuctionBatch, slots: Slots, out: Allocation): void;
}
