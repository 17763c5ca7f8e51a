/** Children of a node: eight float64 are one cache line. */
const FAN = 8;

/**
 * Priorities of N slots whose running sums are found in log N steps: a complete tree of fan-out eight in one array.
 *
 * Every inner node is the sum of its children as they are, never an accumulated difference, so equal leaves give equal trees.
 * Many slots are looked up and set level by level: their trips to memory overlap.
 *
 * Source: Schaul, Quan, Antonoglou & Silver (2016), arXiv:1511.05952, appendix B.2.1 (there with fan-out two).
 */
export class SumTree {
  /** First node of each level, the root's first; level l has 8^l nodes, and a node's children are neighbours. */
  readonly #levels: readonly number[];
  readonly #nodes: Float64Array;
  readonly #slot = new Int32Array(1);
  readonly #priority = new Float64Array(1);

  /** @param capacity N; all priorities begin at 0. */
  constructor(capacity: number) {
    const levels = [0];
    let width = 1;
    // The root has a line of its own, so that every group of children begins one.
    let end = FAN;
    do {
      width *= FAN;
      levels.push(end);
      end += width;
    } while (width < capacity);
    this.#levels = levels;
    this.#nodes = new Float64Array(end);
  }

  /** Sum of all priorities. */
  get total(): number {
    return this.#nodes[0]!;
  }

  get(slot: number): number {
    return this.#nodes[this.#levels.at(-1)! + slot]!;
  }

  /** @param priority ≥ 0. */
  set(slot: number, priority: number): void {
    this.#slot[0] = slot;
    this.#priority[0] = priority;
    this.setMany(this.#slot, this.#priority);
  }

  /** Sets many; of one slot twice the last counts. @param slots `[B]` @param priorities `[B]` ≥ 0. */
  setMany(slots: Int32Array, priorities: Float64Array): void {
    const nodes = this.#nodes;
    const leaves = this.#levels.at(-1)!;
    for (let b = 0; b < slots.length; b++) nodes[leaves + slots[b]!] = priorities[b]!;
    for (let l = this.#levels.length - 1, shift = 3; l > 0; l--, shift += 3) {
      const children = this.#levels[l]!;
      const parents = this.#levels[l - 1]!;
      for (let b = 0; b < slots.length; b++) {
        const parent = slots[b]! >> shift;
        const first = children + parent * FAN;
        let sum = 0;
        for (let c = first; c < first + FAN; c++) sum += nodes[c]!;
        nodes[parents + parent] = sum;
      }
    }
  }

  /**
   * The slots in whose shares of the total the masses lie.
   *
   * @param masses `[B]` in [0, total); used up. @param slots `[B]` overwritten.
   */
  find(masses: Float64Array, slots: Int32Array): void {
    const nodes = this.#nodes;
    slots.fill(0);
    for (let l = 1; l < this.#levels.length; l++) {
      for (let b = 0; b < slots.length; b++) {
        const first = this.#levels[l]! + slots[b]! * FAN;
        let child = 0;
        let mass = masses[b]!;
        while (child < FAN - 1 && mass >= nodes[first + child]!) mass -= nodes[first + child++]!;
        // Where rounding leads beyond all priorities: back to the last there is.
        while (child > 0 && nodes[first + child] === 0) mass = nodes[first + --child]!;
        masses[b] = mass;
        slots[b] = slots[b]! * FAN + child;
      }
    }
  }
}
