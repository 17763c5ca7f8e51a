/**
 * Priorities of N slots whose running sums are found in log N steps: a complete binary tree in one array, leaves last.
 *
 * Every inner node is the sum of its two children as they are, never an accumulated difference, so equal leaves give equal trees.
 *
 * Source: Schaul, Quan, Antonoglou & Silver (2016), arXiv:1511.05952, appendix B.2.1.
 */
export class SumTree {
  readonly #leaves: number;
  readonly #nodes: Float64Array;

  /** @param capacity N; all priorities begin at 0. */
  constructor(capacity: number) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(2, capacity)));
    this.#nodes = new Float64Array(2 * this.#leaves);
  }

  /** Sum of all priorities. */
  get total(): number {
    return this.#nodes[1]!;
  }

  get(slot: number): number {
    return this.#nodes[this.#leaves + slot]!;
  }

  /** @param priority ≥ 0. */
  set(slot: number, priority: number): void {
    const nodes = this.#nodes;
    let at = this.#leaves + slot;
    nodes[at] = priority;
    for (at >>= 1; at >= 1; at >>= 1) nodes[at] = nodes[2 * at]! + nodes[2 * at + 1]!;
  }

  /** The slot in whose share of the total the mass lies. @param mass In [0, total). */
  find(mass: number): number {
    const nodes = this.#nodes;
    let at = 1;
    let left = mass;
    while (at < this.#leaves) {
      at *= 2;
      // A branch without any priority is never entered, whatever rounding makes of the mass.
      if (left >= nodes[at]! && nodes[at + 1]! > 0) {
        left -= nodes[at]!;
        at++;
      }
    }
    return at - this.#leaves;
  }
}
