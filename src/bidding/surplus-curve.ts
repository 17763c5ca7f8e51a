/** What the winner pays. */
export type Pricing = 'first-price' | 'second-price';

/** One strategy "bid γ · value" against others. */
export interface ConstantResponse {
  readonly gamma: number;
  /** Expected surplus of one seat in one round, currency units. */
  readonly surplus: number;
}

/** Grid of γ: 1 / GRID steps on [0, 1]. */
export const GRID = 1000;
/** Half width, in steps, of the window in which the curve near its highest point is taken for a cubic. */
const WINDOW = 30;

/** Seats sorted by the step of the grid from which their bid wins. */
export interface SurplusSums {
  /** `[GRID + 2]` Σ value of the seats that win from this step on. */
  readonly values: Float64Array;
  /** `[GRID + 2]` Σ of their highest rival bids. */
  readonly payments: Float64Array;
}

/** Sums without any seat. */
export function emptySums(): SurplusSums {
  return { values: new Float64Array(GRID + 2), payments: new Float64Array(GRID + 2) };
}

/** Adds a seat to the first step of the grid whose γ wins against the highest rival bid. */
export function addSeat(sums: SurplusSums, value: number, rival: number): void {
  if (rival >= value) return;
  const step = Math.floor((rival / value) * GRID) + 1;
  sums.values[step] = sums.values[step]! + value;
  sums.payments[step] = sums.payments[step]! + rival;
}

/** `[GRID + 1]` mean surplus of a seat for every γ of the grid. */
export function runningSurplus(sums: SurplusSums, pricing: Pricing, seats: number): Float64Array {
  const curve = new Float64Array(GRID + 1);
  let won = 0;
  let paid = 0;
  for (let g = 0; g <= GRID; g++) {
    won += sums.values[g]!;
    paid += sums.payments[g]!;
    curve[g] = (pricing === 'first-price' ? (1 - g / GRID) * won : won - paid) / seats;
  }
  return curve;
}

/** The highest point of a curve over γ = g / 1000, by the least-squares cubic through the points around it. */
export function highestPoint(curve: Float64Array): ConstantResponse {
  let top = 0;
  for (let g = 1; g <= GRID; g++) if (curve[g]! > curve[top]!) top = g;
  const half = Math.min(WINDOW, top, GRID - top);
  const raw = { gamma: top / GRID, surplus: curve[top]! };
  if (half < 3) return raw;
  // With t = g − top over −half … half odd sums of powers vanish, so the even and the odd half of the cubic part.
  const powers = [0, 0, 0, 0];
  const moments = [0, 0, 0, 0];
  for (let t = -half; t <= half; t++) {
    for (let d = 0; d < 4; d++) {
      powers[d] = powers[d]! + t ** (2 * d);
      moments[d] = moments[d]! + curve[top + t]! * t ** d;
    }
  }
  const [s0, s2, s4, s6] = powers as [number, number, number, number];
  const [y0, y1, y2, y3] = moments as [number, number, number, number];
  const c = (s0 * y2 - s2 * y0) / (s0 * s4 - s2 * s2);
  const a = (y0 - c * s2) / s0;
  const d = (s2 * y3 - s4 * y1) / (s2 * s6 - s4 * s4);
  const b = (y1 - d * s4) / s2;
  // b + 2 c t + 3 d t² = 0, the root where the curve turns down.
  const root = c * c - 3 * b * d;
  if (!(c < 0) || root < 0) return raw;
  const t = Math.max(-half, Math.min(half, b / (-c + Math.sqrt(root))));
  return { gamma: (top + t) / GRID, surplus: a + t * (b + t * (c + t * d)) };
}
