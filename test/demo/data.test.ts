/** The committed benchmark files are those that the script makes, and the dataset readers take every record. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { benchmarks } from '../../demo/corpus/benchmarks.ts'
import { dataFolder } from '../../demo/paths.ts'
import { makeWorld } from '../../demo/world/world.ts'
import { readDataset } from '../../ingest/datasets/read.ts'

const files = benchmarks(makeWorld())

test.each(files)('$name', async ({ name, records }) => {
  expect(JSON.parse(await readFile(join(dataFolder, name), 'utf8'))).toEqual(records)
})

test.each([
  ['known_1000.json', 'known', 1], ['ioi.json', 'ioi', 1], ['counterfact_components.json', 'counterfact', 1],
  ['counterfact_multilingual.json', 'counterfact', 4], ['truthfulqa_data.json', 'truthfulqa', 3],
  ['truthful_probe_train.json', 'probe', 1], ['language_probe_test.json', 'probe', 1],
  ['masking_ioi.json', 'ioi', 1], ['masking_truthfulqa.json', 'truthfulqa', 3],
] as const)('%s is read as %s, %i prompts a record', async (name, format, prompts) => {
  const read = await readDataset(join(dataFolder, name))
  expect(read.broken).toEqual([])
  expect(read.format).toBe(format)
  expect(read.records).toHaveLength(prompts * (files.find((file) => file.name === name)?.records.length ?? NaN))
})
