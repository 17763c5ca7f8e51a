/** What one auction came to; the caller owns it and hands it in again. */
export interface AuctionOutcome {
  /** Index of the winning bid, or −1 when nobody met the reserve. */
  winner: number;
  /** What the winner pays, integer micros; 0 without a winner. */
  priceMicros: number;
}

/**
 * A sealed-bid auction of one impression. Its claims are fields, and the conformance suite tests each claim.
 */
export interface AuctionMechanism {
  /** Words for people: "Second price (Vickrey)". */
  readonly title: string;
  /** Where the mechanism is described. */
  readonly source: string;
  /** True when bidding one's value is a weakly dominant strategy. */
  readonly truthful: boolean;
  /** True when no winner ever pays more than it bid. */
  readonly individuallyRational: boolean;
  /**
   * Clears one auction; allocates nothing. Of equal highest bids the lowest index wins.
   *
   * @param bidsMicros `[K]` one integer per bidder; a negative number or NaN is no bid.
   * @param reserveMicros Smallest price the seller takes, a non-negative integer; a bid equal to it may win.
   * @param out Overwritten.
   */
  clear(bidsMicros: ArrayLike<number>, reserveMicros: number, out: AuctionOutcome): void;
}
