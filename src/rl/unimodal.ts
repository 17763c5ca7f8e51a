/**
 * Whether numbers rise to one peak and then fall; level stretches count as either.
 *
 * @param values Row of `length` numbers at `offset`, in the order of the actions.
 *
 * Source: Wu et al. (2018), arXiv:1802.08365, section 4.4: values of a step's actions, ordered by how far they move λ, have one peak
 * where they are learnt well.
 */
export function isUnimodal(values: Float32Array, offset: number, length: number): boolean {
  let falling = false;
  for (let j = offset + 1; j < offset + length; j++) {
    if (values[j]! < values[j - 1]!) falling = true;
    else if (falling && values[j]! > values[j - 1]!) return false;
  }
  return true;
}
