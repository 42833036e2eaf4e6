/** Feature sets over a dataset: sweeps and the jobs that compute them. Begun again, they go on where they were. */
import { z } from 'zod'
import {
  pendingShards,
  startSweep,
  sweepProgress,
  unfinishedSweeps,
  type Dataset,
  type FeatureSetRow,
  type Model,
  type Store,
  type SweepProgress,
} from '../../src/store/index.ts'
import { defaultSizes, type SweepOptions } from '../../src/sweeps/sizes.ts'
import { queuedRanges, sweepKey, type SweepJob } from '../../workers/index.ts'

/** How much is kept, as far as a user may choose it; options left out have their defaults. */
export type SweepSizes = Partial<Pick<SweepOptions, 'seed' | 'strongest' | 'perInterval' | 'context'>>

export interface SweepQuestion {
  sets: readonly { set: FeatureSetRow; model: Model }[]
  dataset: Dataset
  /** Only the dataset's first prompts. */
  limit: number
  sizes: SweepSizes
  /** Of the workers. */
  engine: string
}

/** Sweeps that share passes: of one model, with sequences of one length. */
export interface SweepGroup {
  sweepIds: number[]
  model: Model
  engine: string
  prompts: number
  flopsPerPrompt: number
}

export interface StartedSweeps {
  groups: SweepGroup[]
  sweepIds: number[]
  /** Some of it was computed before. */
  resumed: boolean
}

/** Estimate for texts whose tokens have not been counted. */
const CHARACTERS_PER_TOKEN = 4
/** Tokens computed together: enough that passes and products are worth their fixed cost. */
const TOKENS_PER_BLOCK = 4096
const MOST_PROMPTS_PER_BLOCK = 256
/** Work of a job: about a minute of two cores, so that many workers can share the work and the queue stays short. */
const FLOPS_PER_JOB = 4e12
/** At least so many jobs, so that some workers can share even a small sweep. */
const FEWEST_JOBS = 4
/** Longest sequence if a set does not say the context length it was trained on. */
const DEFAULT_CONTEXT = 1024

export async function startSweeps(store: Store, question: SweepQuestion): Promise<StartedSweeps> {
  const { sets, dataset, limit, sizes, engine } = question
  const prompts = Math.min(limit, dataset.promptCount)
  const textTokens = await averageTokens(store, dataset)
  const groups = new Map<string, SweepGroup>()
  let resumed = false
  for (const { set, model } of sets) {
    const context = Math.min(sizes.context ?? contextOf(set), model.maxPositions)
    const tokens = Math.min(textTokens, context)
    const block = clamp(Math.round(TOKENS_PER_BLOCK / textTokens), 1, MOST_PROMPTS_PER_BLOCK)
    const passFlops = (2 * Number(model.parameters) * (set.layer + 1)) / model.layers
    const flopsPerPrompt = tokens * (passFlops + 2 * set.width * set.featureCount)
    const jobPrompts = Math.min(prompts / FEWEST_JOBS, FLOPS_PER_JOB / flopsPerPrompt)
    const options: SweepOptions = { ...defaultSizes, ...sizes, context, block }
    const shard = block * Math.max(1, Math.ceil(jobPrompts / block))
    const started = await startSweep(store, { setId: set.id, datasetId: dataset.id, options, engine, prompts, shard })
    resumed ||= started.resumed
    const key = `${model.id} ${context}`
    const group = groups.get(key) ?? { sweepIds: [], model, engine, prompts, flopsPerPrompt: 0 }
    group.sweepIds.push(started.sweep.id)
    group.flopsPerPrompt += flopsPerPrompt
    groups.set(key, group)
  }
  const found = [...groups.values()]
  return { groups: found, sweepIds: found.flatMap(({ sweepIds }) => sweepIds), resumed }
}

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

const claimsSchema = z
  .object({ contextSize: z.number().int().min(2).nullable() })
  .partial()
  .catch({})
const contextOf = ({ claims }: FeatureSetRow): number => claimsSchema.parse(claims).contextSize ?? DEFAULT_CONTEXT

async function averageTokens(store: Store, { id }: Dataset): Promise<number> {
  const [row] = await store.query<{ length: number | null }>(
    'SELECT avg(length(text))::float8 AS length FROM prompt WHERE dataset_id = $1',
    [id],
  )
  return Math.max(1, (row?.length ?? 1) / CHARACTERS_PER_TOKEN)
}

/** Jobs for everything that is neither done nor in the queue. */
export async function sweepJobs(store: Store, groups: readonly SweepGroup[]): Promise<SweepJob[]> {
  const jobs: SweepJob[] = []
  for (const { sweepIds: sweeps, model, engine, prompts, flopsPerPrompt } of groups) {
    const queued = await queuedRanges(store, sweeps)
    const ranges = (await pendingShards(store, sweeps, 0, prompts)).map(({ first, end }) => ({ first, end }))
    // Everything is gathered, but the statistics have not been written.
    if (ranges.length === 0 && (await unfinishedSweeps(store, sweeps)).length > 0)
      ranges.push({ first: 0, end: prompts })
    const open = ranges.filter(({ first, end }) => !queued.some((other) => other.first <= first && end <= other.end))
    for (const range of new Map(open.map((each) => [`${each.first}-${each.end}`, each])).values()) {
      jobs.push({
        kind: 'sweep',
        modelHash: model.hash,
        engine,
        key: sweepKey({ sweeps, ...range }),
        vectors: [],
        flops: flopsPerPrompt * (range.end - range.first),
        sweeps,
        ...range,
      })
    }
  }
  return jobs
}

/**
 * Prompts count once, however many sets are swept. `done` is all of them only when statistics and examples are
 * stored.
 */
export async function countSweeps(store: Store, sweepIds: readonly number[]): Promise<SweepProgress> {
  const progress = await sweepProgress(store, sweepIds)
  const isWriting = !progress.finished && progress.done + progress.failed === progress.total
  const [done, total] = [progress.done, progress.total].map((count) => Math.floor(count / sweepIds.length)) as [
    number,
    number,
  ]
  const failed = Math.ceil(progress.failed / sweepIds.length)
  return { ...progress, total, failed, done: Math.max(0, Math.min(done, total - failed) - (isWriting ? 1 : 0)) }
}
