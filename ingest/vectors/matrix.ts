/** Numbers and a shape → rows. */
import { UserError } from '../../src/errors.ts'

/** Numbers one after another → rows. */
export function toRows(values: ArrayLike<number>, rows: number, width: number): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from({ length: width }, (_, i) => values[row * width + i] ?? NaN))
}

/** One vector or several: what the shapes [D] and [R, D] say. */
export function rowsAndWidth(shape: readonly number[], path: string): { rows: number; width: number } {
  const [first = 0, second] = shape
  const { rows, width } = second === undefined ? { rows: 1, width: first } : { rows: first, width: second }
  if (shape.length >= 1 && shape.length <= 2 && rows > 0 && width > 0) return { rows, width }
  throw new UserError('BAD_INPUT', `${path} has the shape [${shape.join(', ')}]; expected [D] for one vector or [R, D] for several.`)
}
