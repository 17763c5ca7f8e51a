/** Worths of a table. */
const NUM_WORTHS = 256;

/**
 * A shading rule made fast: the share of its worth that is bid, tabled on a log grid of worths and read by interpolation.
 *
 * @param lowMicros Worths below bid the share of this one. @param highMicros Worths above bid the share of this one.
 * @param rule The bid by worth, micros; called 256 times.
 * @returns The bid by worth, micros; allocates nothing.
 */
export function shadingTable(
  lowMicros: number,
  highMicros: number,
  rule: (worthMicros: number) => number,
): (worthMicros: number) => number {
  const logLow = Math.log(lowMicros);
  const step = (Math.log(highMicros) - logLow) / (NUM_WORTHS - 1);
  const shares = Float64Array.from({ length: NUM_WORTHS }, (_, i) => {
    const worth = Math.exp(logLow + i * step);
    return rule(worth) / worth;
  });
  return (worth) => {
    if (!(worth > 0)) return 0;
    const at = Math.min(NUM_WORTHS - 1, Math.max(0, (Math.log(worth) - logLow) / step));
    const i = Math.min(NUM_WORTHS - 2, Math.floor(at));
    return worth * (shares[i]! + (shares[i + 1]! - shares[i]!) * (at - i));
  };
}
