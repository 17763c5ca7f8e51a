/**
 * Moves labels apart that would overlap, as little as possible in total, keeping their order.
 *
 * Isotonic regression by pooling neighbours: labels that touch form a block around the mean of where they want to be.
 *
 * @param positions Wanted positions, any order.
 * @param gap Smallest distance between neighbours.
 * @param low Lowest position allowed; `high` the highest. Where the labels do not fit, they run over `high`.
 * @returns Positions in the order given.
 */
export function spreadLabels(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a]! - positions[b]! || a - b);
  interface Block {
    readonly members: number[];
    start: number;
    wanted: number;
  }
  const blocks: Block[] = [];
  for (const i of order) {
    blocks.push({ members: [i], start: positions[i]!, wanted: positions[i]! });
    settle(blocks.at(-1)!);
    while (blocks.length > 1 && end(blocks.at(-2)!) > blocks.at(-1)!.start) {
      const last = blocks.pop()!;
      const before = blocks.at(-1)!;
      // The start that minimises the squared moves of all members.
      const total = before.members.length + last.members.length;
      const shifted = last.wanted - gap * before.members.length;
      before.wanted = (before.wanted * before.members.length + shifted * last.members.length) / total;
      before.members.push(...last.members);
      settle(before);
    }
  }
  const placed = new Array<number>(positions.length);
  for (const block of blocks)
    block.members.forEach((i, k) => {
      placed[i] = block.start + k * gap;
    });
  return placed;

  function end(block: Block): number {
    return block.start + block.members.length * gap;
  }

  function settle(block: Block): void {
    const highest = high - (block.members.length - 1) * gap;
    block.start = Math.max(low, Math.min(block.wanted, highest));
  }
}
