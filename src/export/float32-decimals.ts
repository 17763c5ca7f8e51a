/**
 * The shortest decimal that rounds to the given float32, as the number that JSON prints it from.
 *
 * Nine significant digits always suffice; most weights need eight. −0 becomes 0: no sum of a network tells them apart.
 *
 * @param value A float32 value, finite.
 */
function shortestDecimal(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal + 0;
  }
  return Number(value.toPrecision(9)) + 0;
}

/** Weights as JSON numbers that give back every float32 bit for bit (but the sign of zero). */
export function float32ToDecimals(values: Float32Array): number[] {
  return Array.from(values, shortestDecimal);
}
