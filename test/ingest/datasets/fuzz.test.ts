/** The short form; the long one calls `fuzzDatasets` with other seeds and more files. */
import { expect, it } from 'vitest'
import { fuzzDatasets } from './fuzz.ts'

it('every file is a dataset or one sentence, soon, with nothing half-written', async () => {
  const { complaints, files, accepted, refused } = await fuzzDatasets({ seed: 1, count: 250 })
  expect(complaints).toEqual([])
  expect(accepted + refused).toBe(files)
  // A fuzz whose files are all of one fate tests nothing.
  expect(accepted).toBeGreaterThan(files / 20)
  expect(refused).toBeGreaterThan(files / 3)
})
