/**
 * The tiny sets in test/fixtures/features, each with what its own library makes of a few rows
 * (test/fixtures/make/features).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

export const featuresFolder = join(import.meta.dirname, '../fixtures/features')

const matrix = z.array(z.array(z.number()))
const expectedSchema = z.strictObject({
  /** From test/fixtures/features. */
  path: z.string(),
  site: z.string(),
  writes: z.string().optional(),
  id: z.string().optional(),
  l0: z.number().optional(),
  options: z.strictObject({ scale: z.number() }).optional(),
  /** [T, D] */
  x: matrix,
  /** [T, F] */
  activations: matrix,
  /** [T, E] */
  reconstruction: matrix,
})
export type Expected = z.output<typeof expectedSchema> & { name: string }

const ENDING = '.expected.json'

export const expectedSets: readonly Expected[] = readdirSync(featuresFolder)
  .filter((file) => file.endsWith(ENDING))
  .sort()
  .map((file) => ({
    ...expectedSchema.parse(JSON.parse(readFileSync(join(featuresFolder, file), 'utf8'))),
    name: file.slice(0, -ENDING.length),
  }))

export const fixturePath = ({ path }: Pick<Expected, 'path'>): string => join(featuresFolder, path)

/** Largest |a − b| over the largest |b|. */
export function largestError(a: ArrayLike<number>, b: readonly (readonly number[])[]): number {
  const expected = b.flat()
  if (a.length !== expected.length) throw new Error(`${a.length} numbers came where ${expected.length} were expected`)
  const scale = Math.max(...expected.map(Math.abs), 1e-30)
  return Math.max(...expected.map((value, i) => Math.abs(value - a[i]!))) / scale
}
