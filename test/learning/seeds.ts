/** Seeds to learn with: 0 … BIDLAB_SEEDS − 1, one by default. */
export function seeds(): readonly number[] {
  const count = Number(process.env['BIDLAB_SEEDS'] ?? 1);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`BIDLAB_SEEDS: expected an integer >= 1, received ${count}`);
  return Array.from({ length: count }, (_, seed) => seed);
}
