/*
 * Kernels of the SIMD engine: AssemblyScript, compiled to WebAssembly by `npm run build`.
 *
 * Matrices are row-major float32; addresses and strides are in bytes. Widths that are vectorised (`n`) are multiples of four:
 * rows are padded with zeros, which no kernel makes anything but zero. Nothing is allocated and nothing is checked; the caller
 * lays out the memory.
 */

/** How {@link matMul} begins: with a bias for every row, by adding to what is there, or with zeros. */
const WITH_BIAS: i32 = 0;
const ADD: i32 = 1;

/**
 * C = A · B, with a bias or added to C, in blocks of 4 × 8 held in registers.
 *
 * @param a A[r, p] lies at `a + r · rs + p · ps`: the strides make it a matrix or its transpose.
 * @param m Rows of A and C. @param p Columns of A, rows of B.
 * @param b `[p, n]`, rows `bs` bytes apart. @param n Multiple of 4. @param c `[m, n]`, rows `cs` bytes apart.
 * @param mode 0 begins with `bias` `[n]`, 1 adds to C, 2 begins with zeros.
 */
export function matMul(
  a: usize,
  rs: usize,
  ps: usize,
  m: i32,
  p: i32,
  b: usize,
  bs: usize,
  n: i32,
  c: usize,
  cs: usize,
  mode: i32,
  bias: usize,
): void {
  let j: i32 = 0;
  for (; j + 8 <= n; j += 8) {
    const at: usize = (<usize>j) << 2;
    let r: i32 = 0;
    for (; r + 4 <= m; r += 4) {
      block4x8(a + <usize>r * rs, rs, ps, p, b + at, bs, c + <usize>r * cs + at, cs, mode, bias + at);
    }
    for (; r < m; r++) block1x8(a + <usize>r * rs, ps, p, b + at, bs, c + <usize>r * cs + at, mode, bias + at);
  }
  for (; j < n; j += 4) {
    const at: usize = (<usize>j) << 2;
    let r: i32 = 0;
    for (; r + 4 <= m; r += 4) {
      block4x4(a + <usize>r * rs, rs, ps, p, b + at, bs, c + <usize>r * cs + at, cs, mode, bias + at);
    }
    for (; r < m; r++) block1x4(a + <usize>r * rs, ps, p, b + at, bs, c + <usize>r * cs + at, mode, bias + at);
  }
}

function block4x8(
  a: usize,
  rs: usize,
  ps: usize,
  p: i32,
  b: usize,
  bs: usize,
  c: usize,
  cs: usize,
  mode: i32,
  bias: usize,
): void {
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  if (mode == WITH_BIAS) {
    s00 = v128.load(bias);
    s01 = v128.load(bias, 16);
  }
  let s10 = s00;
  let s11 = s01;
  let s20 = s00;
  let s21 = s01;
  let s30 = s00;
  let s31 = s01;
  let a0 = a;
  let a1 = a + rs;
  let a2 = a1 + rs;
  let a3 = a2 + rs;
  for (let q: i32 = 0; q < p; q++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load_splat<f32>(a0);
    s00 = f32x4.add(s00, f32x4.mul(x0, b0));
    s01 = f32x4.add(s01, f32x4.mul(x0, b1));
    const x1 = v128.load_splat<f32>(a1);
    s10 = f32x4.add(s10, f32x4.mul(x1, b0));
    s11 = f32x4.add(s11, f32x4.mul(x1, b1));
    const x2 = v128.load_splat<f32>(a2);
    s20 = f32x4.add(s20, f32x4.mul(x2, b0));
    s21 = f32x4.add(s21, f32x4.mul(x2, b1));
    const x3 = v128.load_splat<f32>(a3);
    s30 = f32x4.add(s30, f32x4.mul(x3, b0));
    s31 = f32x4.add(s31, f32x4.mul(x3, b1));
    a0 += ps;
    a1 += ps;
    a2 += ps;
    a3 += ps;
    b += bs;
  }
  put(c, 0, s00, mode);
  put(c, 16, s01, mode);
  c += cs;
  put(c, 0, s10, mode);
  put(c, 16, s11, mode);
  c += cs;
  put(c, 0, s20, mode);
  put(c, 16, s21, mode);
  c += cs;
  put(c, 0, s30, mode);
  put(c, 16, s31, mode);
}

function block1x8(a: usize, ps: usize, p: i32, b: usize, bs: usize, c: usize, mode: i32, bias: usize): void {
  // Two sums a column pair: a single row has too few independent additions to hide their latency.
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  if (mode == WITH_BIAS) {
    s0 = v128.load(bias);
    s1 = v128.load(bias, 16);
  }
  let t0 = f32x4.splat(0);
  let t1 = f32x4.splat(0);
  let q: i32 = 0;
  for (; q + 2 <= p; q += 2) {
    const x = v128.load_splat<f32>(a);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(b)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(b, 16)));
    a += ps;
    b += bs;
    const y = v128.load_splat<f32>(a);
    t0 = f32x4.add(t0, f32x4.mul(y, v128.load(b)));
    t1 = f32x4.add(t1, f32x4.mul(y, v128.load(b, 16)));
    a += ps;
    b += bs;
  }
  if (q < p) {
    const x = v128.load_splat<f32>(a);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(b)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(b, 16)));
  }
  put(c, 0, f32x4.add(s0, t0), mode);
  put(c, 16, f32x4.add(s1, t1), mode);
}

function block4x4(
  a: usize,
  rs: usize,
  ps: usize,
  p: i32,
  b: usize,
  bs: usize,
  c: usize,
  cs: usize,
  mode: i32,
  bias: usize,
): void {
  let s0 = f32x4.splat(0);
  if (mode == WITH_BIAS) s0 = v128.load(bias);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let a0 = a;
  let a1 = a + rs;
  let a2 = a1 + rs;
  let a3 = a2 + rs;
  for (let q: i32 = 0; q < p; q++) {
    const b0 = v128.load(b);
    s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(a0), b0));
    s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(a1), b0));
    s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(a2), b0));
    s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(a3), b0));
    a0 += ps;
    a1 += ps;
    a2 += ps;
    a3 += ps;
    b += bs;
  }
  put(c, 0, s0, mode);
  c += cs;
  put(c, 0, s1, mode);
  c += cs;
  put(c, 0, s2, mode);
  c += cs;
  put(c, 0, s3, mode);
}

function block1x4(a: usize, ps: usize, p: i32, b: usize, bs: usize, c: usize, mode: i32, bias: usize): void {
  let s = f32x4.splat(0);
  if (mode == WITH_BIAS) s = v128.load(bias);
  for (let q: i32 = 0; q < p; q++) {
    s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(a), v128.load(b)));
    a += ps;
    b += bs;
  }
  put(c, 0, s, mode);
}

function put(c: usize, at: usize, value: v128, mode: i32): void {
  if (mode == ADD) v128.store(c + at, f32x4.add(v128.load(c + at), value));
  else v128.store(c + at, value);
}

/** sum[j] += Σ_r values[r, j]. @param values `[rows, n]` without gaps. */
export function addColumnSums(values: usize, rows: i32, n: i32, sum: usize): void {
  const stride: usize = (<usize>n) << 2;
  for (let j: usize = 0; j < stride; j += 16) {
    let total = f32x4.splat(0);
    let from = values + j;
    for (let r: i32 = 0; r < rows; r++) {
      total = f32x4.add(total, v128.load(from));
      from += stride;
    }
    v128.store(sum + j, f32x4.add(v128.load(sum + j), total));
  }
}

/** out[j, i] = values[i, j]; columns of `out` beyond `rows` are left as they are. @param n Columns. @param os Bytes from row to row of `out`. */
export function transpose(values: usize, rows: i32, n: i32, out: usize, os: usize): void {
  for (let i: i32 = 0; i < rows; i++) {
    let to = out + ((<usize>i) << 2);
    for (let j: i32 = 0; j < n; j++) {
      store<f32>(to, load<f32>(values));
      values += 4;
      to += os;
    }
  }
}

/** Copies `[rows, cols]` from one distance of rows to another. */
export function copyRows(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, cols: i32): void {
  for (let r: i32 = 0; r < rows; r++) {
    for (let j: usize = 0; j < (<usize>cols) << 2; j += 4) store<f32>(to + j, load<f32>(from + j));
    from += fromStride;
    to += toStride;
  }
}

/** values ← max(values, 0). @param count Multiple of 4, here and below. */
export function relu(values: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const end = values + ((<usize>count) << 2);
  for (; values < end; values += 16) v128.store(values, f32x4.max(v128.load(values), zero));
}

/** gradient ← gradient where activated > 0, else 0. */
export function reluGradient(gradient: usize, activated: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const end = gradient + ((<usize>count) << 2);
  for (; gradient < end; gradient += 16) {
    v128.store(gradient, v128.and(v128.load(gradient), f32x4.gt(v128.load(activated), zero)));
    activated += 16;
  }
}

/**
 * values ← tanh(values) = 1 − 2 / (e²ˣ + 1), right to 1e-6.
 *
 * e²ˣ = 2ⁿ · e^f with 2x · log₂ e = n + f / ln 2, n whole: e^f by its Taylor series up to f⁶ (|f| ≤ ln 2 / 2, remainder below 2e-7),
 * 2ⁿ by the bits of the exponent.
 */
export function tanh(values: usize, count: i32): void {
  const one = f32x4.splat(1);
  const end = values + ((<usize>count) << 2);
  for (; values < end; values += 16) {
    const x = f32x4.max(f32x4.min(v128.load(values), f32x4.splat(10)), f32x4.splat(-10));
    const y = f32x4.mul(x, f32x4.splat(2.8853900817779268));
    const n = f32x4.nearest(y);
    const f = f32x4.mul(f32x4.sub(y, n), f32x4.splat(0.6931471805599453));
    let e = f32x4.add(f32x4.mul(f, f32x4.splat(1.0 / 720.0)), f32x4.splat(1.0 / 120.0));
    e = f32x4.add(f32x4.mul(e, f), f32x4.splat(1.0 / 24.0));
    e = f32x4.add(f32x4.mul(e, f), f32x4.splat(1.0 / 6.0));
    e = f32x4.add(f32x4.mul(e, f), f32x4.splat(0.5));
    e = f32x4.add(f32x4.mul(e, f), one);
    e = f32x4.add(f32x4.mul(e, f), one);
    const power = i32x4.shl(i32x4.trunc_sat_f32x4_s(n), 23);
    const exp = i32x4.add(e, power);
    v128.store(values, f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp, one))));
  }
}

/** gradient ← gradient · (1 − activated²). */
export function tanhGradient(gradient: usize, activated: usize, count: i32): void {
  const one = f32x4.splat(1);
  const end = gradient + ((<usize>count) << 2);
  for (; gradient < end; gradient += 16) {
    const y = v128.load(activated);
    v128.store(gradient, f32x4.mul(v128.load(gradient), f32x4.sub(one, f32x4.mul(y, y))));
    activated += 16;
  }
}

/** Σ values², summed in float64. */
export function squaredNorm(values: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const end = values + ((<usize>count) << 2);
  for (; values < end; values += 16) {
    const x = v128.load(values);
    const a = f64x2.promote_low_f32x4(x);
    const b = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 0));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * One step of Adam, or of AdamW where `decay` (learning rate times weight decay) is not 0; gradients are zero afterwards.
 *
 * @param rest1 1 − β₁, which float32 could not subtract. @param rest2 1 − β₂.
 */
export function adam(
  weights: usize,
  gradients: usize,
  mean: usize,
  square: usize,
  count: i32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  stepSize: f32,
  correction: f32,
  epsilon: f32,
  scale: f32,
  decay: f32,
): void {
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 16) {
    const g = f32x4.mul(v128.load(gradients + at), f32x4.splat(scale));
    const m = f32x4.add(f32x4.mul(v128.load(mean + at), f32x4.splat(beta1)), f32x4.mul(g, f32x4.splat(rest1)));
    const g2 = f32x4.mul(g, g);
    const v = f32x4.add(f32x4.mul(v128.load(square + at), f32x4.splat(beta2)), f32x4.mul(g2, f32x4.splat(rest2)));
    v128.store(mean + at, m);
    v128.store(square + at, v);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, f32x4.splat(correction))), f32x4.splat(epsilon));
    const w = v128.load(weights + at);
    const step = f32x4.add(f32x4.div(f32x4.mul(m, f32x4.splat(stepSize)), root), f32x4.mul(w, f32x4.splat(decay)));
    v128.store(weights + at, f32x4.sub(w, step));
    v128.store(gradients + at, zero);
  }
}

/** One step of gradient descent with momentum; gradients are zero afterwards. */
export function sgd(
  weights: usize,
  gradients: usize,
  velocity: usize,
  count: i32,
  momentum: f32,
  learningRate: f32,
  scale: f32,
): void {
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 16) {
    const g = f32x4.mul(v128.load(gradients + at), f32x4.splat(scale));
    const v = f32x4.add(f32x4.mul(v128.load(velocity + at), f32x4.splat(momentum)), g);
    v128.store(velocity + at, v);
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), f32x4.mul(v, f32x4.splat(learningRate))));
    v128.store(gradients + at, zero);
  }
}

/** to ← (1 − tau) · to + tau · from. */
export function blend(to: usize, from: usize, count: i32, tau: f32): void {
  for (let at: usize = 0; at < (<usize>count) << 2; at += 16) {
    const kept = f32x4.mul(v128.load(to + at), f32x4.splat(1 - tau));
    v128.store(to + at, f32x4.add(kept, f32x4.mul(v128.load(from + at), f32x4.splat(tau))));
  }
}
