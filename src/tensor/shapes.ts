/** Shapes of the results of operations, with numbers as sizes. */
export type Shape = readonly number[]

export const axisOf = (shape: Shape, axis: number): number => (axis < 0 ? shape.length + axis : axis)

export function broadcastShape(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1]
    if (x !== y && x !== 1 && y !== 1) throw new Error(`shapes [${a}] and [${b}] do not broadcast`)
    return Math.max(x, y)
  })
}

export function matmulShape(a: Shape, b: Shape): number[] {
  if (a.length < 2 || b.length < 2 || a.at(-1) !== b.at(-2)) throw new Error(`no product of [${a}] and [${b}]`)
  return [...broadcastShape(a.slice(0, -2), b.slice(0, -2)), a.at(-2)!, b.at(-1)!]
}

export const elementCount = (shape: Shape): number => shape.reduce((n, extent) => n * extent, 1)

/** 0 keeps an extent, -1 stands for the rest. */
export function reshapeShape(from: Shape, wanted: Shape): number[] {
  const kept = wanted.map((extent, i) => (extent === 0 ? from[i]! : extent))
  const known = kept.reduce((n, extent) => (extent === -1 ? n : n * extent), 1)
  const made = kept.map((extent) => (extent === -1 ? elementCount(from) / known : extent))
  if (elementCount(made) !== elementCount(from)) throw new Error(`[${from}] does not reshape to [${wanted}]`)
  return made
}

export function unsqueezeShape(from: Shape, axes: readonly number[]): number[] {
  const rank = from.length + axes.length
  const added = new Set(axes.map((axis) => (axis < 0 ? rank + axis : axis)))
  const rest = [...from]
  return Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : rest.shift()!))
}

export function concatShape(shapes: readonly Shape[], axis: number): number[] {
  const [first] = shapes
  if (first === undefined) throw new Error('nothing to concatenate')
  const at = axisOf(first, axis)
  return first.map((extent, i) => (i === at ? shapes.reduce((n, shape) => n + shape[at]!, 0) : extent))
}

export function sliceShape(from: Shape, axis: number, start: number, end: number): number[] {
  if (start < 0 || end < 0) throw new Error(`a slice from ${start} to ${end} counts from the end`)
  return from.map((extent, i) => (i === axis ? Math.min(end, extent) - start : extent))
}
