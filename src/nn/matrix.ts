/*
 * Data movement on row-major float32 matrices, in this process's memory. Eight rows go together where that keeps whole cache
 * lines in use: the plain double loop is four times slower once a column no longer fits the cache.
 */

/** `out[c, r] = values[r, c]`. @param values `[rows, cols]`. @param out At least `rows · cols` long. */
export function transposeInto(values: Float32Array, rows: number, cols: number, out: Float32Array): void {
  const blocked = rows - (rows % 8);
  for (let r = 0; r < blocked; r += 8) {
    for (let c = 0; c < cols; c++) {
      const from = r * cols + c;
      const to = c * rows + r;
      out[to] = values[from]!;
      out[to + 1] = values[from + cols]!;
      out[to + 2] = values[from + 2 * cols]!;
      out[to + 3] = values[from + 3 * cols]!;
      out[to + 4] = values[from + 4 * cols]!;
      out[to + 5] = values[from + 5 * cols]!;
      out[to + 6] = values[from + 6 * cols]!;
      out[to + 7] = values[from + 7 * cols]!;
    }
  }
  for (let r = blocked; r < rows; r++) {
    for (let c = 0; c < cols; c++) out[c * rows + r] = values[r * cols + c]!;
  }
}

/** Copies `[rows, cols]` into `[rows, cols + 1]`, whose last column is 1. */
export function appendOnesColumn(values: Float32Array, rows: number, cols: number, out: Float32Array): void {
  let to = 0;
  for (let r = 0; r < rows; r++) {
    const from = r * cols;
    for (let c = 0; c < cols; c++) out[to++] = values[from + c]!;
    out[to++] = 1;
  }
}

/** `sum += values`, element by element over the length of `sum`. */
export function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + values[i]!;
}

/** `sum[c, r] += values[r, c]`. @param values `[rows, cols]`. */
export function addTransposedTo(sum: Float32Array, values: Float32Array, rows: number, cols: number): void {
  for (let r = 0; r < rows; r++) {
    const from = r * cols;
    for (let c = 0; c < cols; c++) sum[c * rows + r] = sum[c * rows + r]! + values[from + c]!;
  }
}
