/** The minimum of a smooth convex function by L-BFGS (Nocedal and Wright, Algorithm 7.5), in float64 and in a fixed order. */

export interface Function {
  /** The value at `at` [P]; its derivative is written to `gradient` [P]. */
  (at: Float64Array, gradient: Float64Array): number
}

const MEMORY = 10
const MOST_STEPS = 2000
/** The constant of Armijo's rule, and the factor by which a step is shortened. */
const SUFFICIENT = 1e-4
const SHORTER = 0.5
const MOST_TRIALS = 60
/** How long it may block the thread. */
const SILENT_MS = 100

/**
 * Starts from zeros. Ends when the largest derivative is under `tolerance`, or when no step makes the value smaller.
 */
export async function minimise(f: Function, size: number, tolerance: number): Promise<Float64Array> {
  let waited = performance.now()
  let at = new Float64Array(size)
  let gradient = new Float64Array(size)
  let value = f(at, gradient)
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = []
  for (let step = 0; step < MOST_STEPS && largest(gradient) > tolerance; step++) {
    // Lets other work of the thread run, such as the worker's sign of life.
    if (performance.now() - waited > SILENT_MS) {
      await new Promise((resolve) => setImmediate(resolve))
      waited = performance.now()
    }
    const direction = descent(gradient, pairs)
    let slope = dot(direction, gradient)
    if (slope >= 0) return at
    // The first step has no information about curvature.
    let length = pairs.length === 0 ? Math.min(1, 1 / largest(gradient)) : 1
    let found: { at: Float64Array<ArrayBuffer>; gradient: Float64Array<ArrayBuffer>; value: number } | null = null
    for (let trial = 0; trial < MOST_TRIALS && found === null; trial++, length *= SHORTER) {
      const next = Float64Array.from(at, (x, i) => x + length * direction[i]!)
      const nextGradient = new Float64Array(size)
      const nextValue = f(next, nextGradient)
      if (nextValue <= value + SUFFICIENT * length * slope) found = { at: next, gradient: nextGradient, value: nextValue }
    }
    if (found === null) return at
    const s = found.at.map((x, i) => x - at[i]!)
    const y = found.gradient.map((g, i) => g - gradient[i]!)
    slope = dot(s, y)
    if (slope > 1e-12 * dot(y, y)) {
      pairs.push({ s, y, rho: 1 / slope })
      if (pairs.length > MEMORY) pairs.shift()
    }
    ;({ at, gradient, value } = found)
  }
  return at
}

/** The direction of the two-loop recursion. */
function descent(gradient: Float64Array, pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[]): Float64Array {
  const q = gradient.map((g) => -g)
  const shares: number[] = []
  for (const { s, y, rho } of pairs.toReversed()) {
    const share = rho * dot(s, q)
    shares.push(share)
    addTo(q, y, -share)
  }
  const last = pairs.at(-1)
  if (last !== undefined) {
    const scale = dot(last.s, last.y) / dot(last.y, last.y)
    for (let i = 0; i < q.length; i++) q[i]! *= scale
  }
  for (const [i, { s, y, rho }] of pairs.entries()) addTo(q, s, shares[pairs.length - 1 - i]! - rho * dot(y, q))
  return q
}

function addTo(into: Float64Array, vector: Float64Array, factor: number): void {
  for (let i = 0; i < into.length; i++) into[i]! += factor * vector[i]!
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!
  return total
}

const largest = (vector: Float64Array): number => vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
