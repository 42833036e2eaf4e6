/** Numbers for people. */

/** About four significant digits, always signed the same way, without an exponent where one can do without. */
export function score(value: number): string {
  const magnitude = Math.abs(value)
  if (magnitude === 0) return '0'
  if (magnitude < 1e-4 || magnitude >= 1e6) return value.toExponential(2)
  return value.toFixed(magnitude < 1 ? 4 : magnitude < 100 ? 3 : 1)
}

/** Probabilities span many orders of magnitude: `71.2%`, `0.0034%`. */
export function percent(fraction: number): string {
  const value = fraction * 100
  if (value === 0) return '0%'
  return value >= 0.1 ? `${value.toFixed(1)}%` : `${value.toPrecision(2)}%`
}

/** `950 ms`, `12.5 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
