/** `[0.1, …]` or `[[0.1, …], …]` */
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'

const vector = z.array(z.number()).min(1)
const matrix = z.union([vector.transform((row) => [row]), z.array(vector).min(1)])

export function parseJsonMatrix(text: string, path: string): number[][] {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new UserError('BAD_INPUT', `${path} is not valid JSON; expected an array of numbers, or of such arrays.`, { cause: error })
  }
  const parsed = matrix.safeParse(value)
  if (!parsed.success) throw new UserError('BAD_INPUT', `${path} is not an array of numbers, nor of such arrays.`)
  const width = parsed.data[0]?.length
  const odd = parsed.data.findIndex((row) => row.length !== width)
  if (odd < 0) return parsed.data
  throw new UserError('BAD_INPUT', `${path} has ${parsed.data[odd]?.length} numbers in vector ${odd} and ${width} in vector 0; all must be equally long.`)
}
