/** The demo model as experiments see it, for tests. */
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Asked, ExperimentModel, ExperimentOf, ExperimentRecord, Row } from '../../experiments/experiment.ts'
import { readDataset } from '../../ingest/datasets/read.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { projectDir } from '../../src/config.ts'

export const demoFolder = join(projectDir, 'demo')

/** Opened before the tests of a file. */
export function useDemo(folder = join(demoFolder, 'model')): () => ExperimentModel {
  let model: ExperimentModel | undefined
  beforeAll(async () => {
    const attributor = await openAttributor(folder)
    model = { attributor, passes: attributor.passes!, tokenizer: attributor.tokenizer! }
  })
  afterAll(() => model?.attributor.close())
  return () => {
    if (model === undefined) throw new Error('the model is open only inside tests')
    return model
  }
}

export const recordsOf = (prompts: readonly { text: string; answer?: string | null; extra?: Record<string, unknown> | undefined }[]): ExperimentRecord[] =>
  prompts.map(({ text, answer = null, extra = {} }, index) => ({ index, text, answer, subject: null, extra }))

/** The first records of a file of the demo. */
export async function demoRecords(file: string, count: number): Promise<ExperimentRecord[]> {
  const { records } = await readDataset(join(demoFolder, 'data', file))
  return recordsOf(records.slice(0, count))
}

/** All items, one after another, as workers compute them. */
export async function runAll<O>(
  experiment: ExperimentOf<O>, records: readonly ExperimentRecord[], asked: Asked<O>, model: ExperimentModel,
): Promise<Row[]> {
  const rows: Row[] = []
  for (let at = 0; at < records.length; at += experiment.recordsPerItem)
    rows.push(...(await experiment.run(records.slice(at, at + experiment.recordsPerItem), asked, model)))
  return rows
}
