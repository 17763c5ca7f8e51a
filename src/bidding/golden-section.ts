const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The argument of the minimum of a function with one minimum in [low, high].
 *
 * @param isDone Asked with the width of the interval and the sections made so far; the middle of the interval is then taken.
 *
 * Source: Kiefer (1953), Proceedings of the American Mathematical Society 4(3), doi:10.2307/2032161.
 */
export function goldenSection(
  f: (x: number) => number,
  low: number,
  high: number,
  isDone: (width: number, sections: number) => boolean,
): number {
  let a = low;
  let b = high;
  let left = b - GOLDEN * (b - a);
  let right = a + GOLDEN * (b - a);
  let atLeft = f(left);
  let atRight = f(right);
  for (let sections = 0; !isDone(b - a, sections); sections++) {
    if (atLeft <= atRight) {
      b = right;
      right = left;
      atRight = atLeft;
      left = b - GOLDEN * (b - a);
      atLeft = f(left);
    } else {
      a = left;
      left = right;
      atLeft = atRight;
      right = a + GOLDEN * (b - a);
      atRight = f(right);
    }
  }
  return (a + b) / 2;
}
