/** A function of two variables: writes its gradient and returns its value; may be −∞ or NaN far from its maximum. */
export type Objective = (at: readonly [number, number], gradient: Float64Array) => number;

/** A maximum and how sharp it is. */
export interface Maximum {
  readonly at: readonly [number, number];
  /** √ of the diagonal of (−Hessian)⁻¹: standard errors where the objective is a log likelihood. */
  readonly standardErrors: readonly [number, number];
}

const MAX_ITERATIONS = 100;
/** Of a coordinate in one iteration: parameters are logarithms. */
const MAX_STEP = 1;
/** Distance of the gradients whose difference is the Hessian. */
const DIFFERENCE = 1e-4;
/** Newton decrement, twice the gain that is left. */
const TOLERANCE = 1e-10;
/** Parameters are logarithms: a maximum that is not found within e^±this is at infinity. */
const RANGE = 60;
/** The curvature below which a maximum is flat: the likelihood does not tell the parameter. */
const FLAT = 1e-7;

interface Symmetric {
  a: number;
  b: number;
  d: number;
}

/**
 * Maximises by Newton's method: the Hessian by central differences of the gradient, shifted where it is not negative
 * definite, steps halved until they gain.
 *
 * @returns null where the maximum is at infinity or flat.
 */
export function maximiseNewton(objective: Objective, start: readonly [number, number]): Maximum | null {
  const gradient = new Float64Array(2);
  let at = start;
  let value = objective(at, gradient);
  for (let iteration = 0; iteration < MAX_ITERATIONS && isNear(at, start); iteration++) {
    const curvature = negativeHessian(objective, at);
    const step = solve(madePositive(curvature), gradient[0]!, gradient[1]!);
    const decrement = step[0] * gradient[0]! + step[1] * gradient[1]!;
    // So near, the step itself is the rest of the way.
    if (decrement < TOLERANCE) return maximumAt([at[0] + step[0], at[1] + step[1]], curvature);
    const next = lineSearch(objective, at, value, step, gradient);
    // No step gains: rounding hides what the decrement still promises.
    if (next === null) return decrement < 1e-4 ? maximumAt(at, curvature) : null;
    at = next.at;
    value = next.value;
  }
  return null;
}

function isNear(at: readonly [number, number], start: readonly [number, number]): boolean {
  return Math.abs(at[0] - start[0]) < RANGE && Math.abs(at[1] - start[1]) < RANGE;
}

/** The longest of the step's halves that gains; `gradient` is left at it. */
function lineSearch(
  objective: Objective,
  at: readonly [number, number],
  value: number,
  step: readonly [number, number],
  gradient: Float64Array,
): { readonly at: readonly [number, number]; readonly value: number } | null {
  let size = Math.min(1, MAX_STEP / Math.max(Math.abs(step[0]), Math.abs(step[1])));
  for (let halving = 0; halving < 30; halving++, size /= 2) {
    const next = [at[0] + size * step[0], at[1] + size * step[1]] as const;
    const nextValue = objective(next, gradient);
    if (nextValue > value) return { at: next, value: nextValue };
  }
  return null;
}

function negativeHessian(objective: Objective, at: readonly [number, number]): Symmetric {
  const above = new Float64Array(2);
  const below = new Float64Array(2);
  const h = DIFFERENCE;
  objective([at[0] + h, at[1]], above);
  objective([at[0] - h, at[1]], below);
  const a = (below[0]! - above[0]!) / (2 * h);
  const cross = (below[1]! - above[1]!) / (2 * h);
  objective([at[0], at[1] + h], above);
  objective([at[0], at[1] - h], below);
  const d = (below[1]! - above[1]!) / (2 * h);
  return { a, b: 0.5 * (cross + (below[0]! - above[0]!) / (2 * h)), d };
}

/** Adds a multiple of the identity until the smaller eigenvalue is positive. */
function madePositive({ a, b, d }: Symmetric): Symmetric {
  const smaller = smallerEigenvalue({ a, b, d });
  const least = 1e-6 * Math.max(1e-6, Math.abs(a), Math.abs(d));
  const shift = smaller < least ? least - smaller + 1e-3 * Math.abs(smaller) : 0;
  return { a: a + shift, b, d: d + shift };
}

function smallerEigenvalue({ a, b, d }: Symmetric): number {
  return 0.5 * (a + d) - Math.hypot(0.5 * (a - d), b);
}

function solve({ a, b, d }: Symmetric, x: number, y: number): readonly [number, number] {
  const determinant = a * d - b * b;
  return [(d * x - b * y) / determinant, (a * y - b * x) / determinant];
}

function maximumAt(at: readonly [number, number], curvature: Symmetric): Maximum | null {
  if (!(smallerEigenvalue(curvature) > FLAT)) return null;
  const { a, b, d } = curvature;
  const determinant = a * d - b * b;
  return { at, standardErrors: [Math.sqrt(d / determinant), Math.sqrt(a / determinant)] };
}
