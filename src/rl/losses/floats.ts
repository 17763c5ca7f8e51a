/** One number per row of a batch, in either precision. */
export type Floats = Float32Array | Float64Array;
