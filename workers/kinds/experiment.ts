/** The job `experiment`: one item of an experiment. The worker that finishes the last item writes the report. */
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import { itemFlops } from '../../experiments/item-cost.ts'
import type { Asked, ExperimentModel, ExperimentRecord, Probe } from '../../experiments/experiment.ts'
import { experimentOf, nameOfExperiment, type Experiment as ExperimentKind } from '../../experiments/kinds.ts'
import { trainProbes } from '../../experiments/probe/probe.ts'
import { protocols } from '../../experiments/names.ts'
import {
  datasetRecords, doneItems, endedExperiments, experimentRows, failedItems, failExperimentItems, findExperiment, findProbes, finishExperiment,
  requireExperiment, saveExperimentItem, saveProbes, type Experiment, type ItemKey, type Store,
} from '../../src/store/index.ts'
import { jobEnvelope } from '../queue/job.ts'
import type { LoadedModel } from '../worker/model-cache.ts'
import type { JobKindOf, ReadyJob } from './kind.ts'

const schema = z.looseObject({
  kind: z.literal('experiment'),
  ...jobEnvelope,
  /** The key of the experiment. */
  experiment: z.string(),
  /** The number of the item. */
  item: z.number().int().nonnegative(),
})
export type ExperimentJob = z.infer<typeof schema>

interface ReadyItem extends ReadyJob {
  experimentId: number
  kind: ExperimentKind
  asked: Asked<unknown>
  item: number
  records: readonly ExperimentRecord[]
  row: Experiment
}

export const experimentJob: JobKindOf<ExperimentJob, ReadyItem> = {
  schema,
  settleStored: doneItems,

  async ready({ experiment: key, item }, model, store) {
    const row = await findExperiment(store, key)
    if (row === null) throw new UserError('NOT_FOUND', 'The experiment was removed before its turn came.')
    const { kind, asked } = readExperiment(row)
    const { recordsPerItem, recordCount, datasetId } = row
    const from = item * recordsPerItem
    const records = await datasetRecords(store, datasetId, from, Math.min(recordsPerItem, recordCount - from))
    const { config } = modelOf(model).passes.model
    return { experimentId: row.id, kind, asked, item, records, row, flops: itemFlops(kind, records, asked, config) }
  },

  async compute(jobs, model, store, { signal }) {
    for (const { experimentId, kind, asked, item, records, row } of jobs) {
      const began = performance.now()
      const ready = { ...modelOf(model), signal }
      const probes = kind.trainsProbes === undefined ? [] : await probesFor(store, row, ready)
      const rows = await kind.run(records, asked, { ...ready, probes })
      const broken = rows.find(({ value }) => value !== null && !Number.isFinite(value))
      if (broken)
        throw new UserError('ENGINE_FAILED', `The ${broken.metric} of ${broken.method} is ${broken.value}, which is never stored.`)
      await saveExperimentItem(store, experimentId, { index: item, rows, milliseconds: performance.now() - began })
    }
  },

  async settleRuns(store, keys) {
    for (const id of await endedExperiments(store, keys)) await settleExperiment(store, id)
  },

  giveUp: failExperimentItems,
}

function modelOf({ attributor, row }: LoadedModel): ExperimentModel {
  const { passes, tokenizer } = attributor
  if (tokenizer === null)
    throw new UserError('BAD_MODEL', `The model ${row.slug} has no tokenizer, so nothing can be asked of it in words.`)
  if (passes === undefined) throw new Error('an attributor without a loaded model')
  return { attributor, passes, tokenizer }
}

/**
 * The probes of an experiment: stored ones, or else trained here. Two workers that train at once get the same probes.
 * There are none if the experiment was asked for without sentences.
 */
async function probesFor(store: Store, row: Experiment, model: ExperimentModel): Promise<Probe[]> {
  const { trainDatasetId: train, testDatasetId: test, modelId, engine } = row
  if (train === null || test === null) return []
  const asked = { modelId, trainDatasetId: train, testDatasetId: test, engine }
  const found = await findProbes(store, asked)
  if (found.length > 0) return found
  const [sentences, tests] = await Promise.all([train, test].map((id) => datasetRecords(store, id, 0, MOST_SENTENCES)))
  const probes = await trainProbes(sentences!, tests!, model)
  await saveProbes(store, asked, probes)
  return probes
}

/** More would take long to train on and say little more. */
const MOST_SENTENCES = 20_000

/** What a stored experiment asks. Refuses (UNSUPPORTED) one of another version. */
export function readExperiment({ id, name, options, protocol, seed }: Experiment): { kind: ExperimentKind; asked: Asked<unknown> } {
  const known = nameOfExperiment(name)
  const kind = known === null ? null : experimentOf(known)
  const read = z.object({ options: kind?.options ?? z.unknown(), protocol: z.enum(protocols) }).safeParse({ options, protocol })
  if (kind !== null && read.success) return { kind, asked: { ...read.data, seed } }
  throw new UserError('UNSUPPORTED', `Experiment ${id} (${name}) was asked for by another version; use that one, or ask again.`)
}

/** Ends an experiment whose items are all done or failed: with a report, or with the reason why there is none. */
export async function settleExperiment(store: Store, id: number): Promise<void> {
  const row = await requireExperiment(store, id)
  const { count, first } = await failedItems(store, id)
  if (count > 0) {
    const error = `${count} of ${Math.ceil(row.recordCount / row.recordsPerItem)} items failed, the first because: ${first}`
    return finishExperiment(store, id, { error, report: null })
  }
  const { kind, asked } = readExperiment(row)
  const rows = await experimentRows(store, id)
  const error = kind.refusal(rows, asked)
  const report = error === null ? await writeReport(store, row, rows) : null
  await finishExperiment(store, id, { error, report })
}

/** Makes the report anew from the rows and stores it. */
export async function writeReport(store: Store, row: Experiment, rows: Awaited<ReturnType<typeof experimentRows>>) {
  // Loaded late, because only the last item of an experiment needs the drawing libraries.
  const { reportOf } = await import('../../experiments/report/report.ts')
  const { kind, asked } = readExperiment(row)
  const [model, dataset] = await Promise.all([
    store.prisma.model.findUniqueOrThrow({ where: { id: row.modelId } }),
    store.prisma.dataset.findUniqueOrThrow({ where: { id: row.datasetId } }),
  ])
  const report = await reportOf(kind, rows, asked, { model: model.slug, dataset: dataset.slug, engine: row.engine, records: row.recordCount })
  return report
}

/** Open items as jobs. */
export const experimentJobs = ({ key, engine }: Experiment, modelHash: string, items: readonly ItemKey[]): ExperimentJob[] =>
  items.map((item) => ({
    kind: 'experiment', modelHash, engine, key: item.key, flops: 0, vectors: [], experiment: key, item: item.index,
  }))
