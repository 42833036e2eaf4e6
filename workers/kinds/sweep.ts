/**
 * The job `sweep`: passes some prompts of a dataset through a model, and records what fires in one or several of its
 * feature sets.
 *
 *   1. every worker cuts prompts into the same blocks, so that numbers do not depend on who computes them
 *   2. now and then a worker hands in what it has gathered, in one transaction with the note of which prompts are done
 *      (src/store). A worker that is killed loses only what it gathered since, and nothing counts twice
 *   3. the worker that hands in the last part writes statistics, examples, and the facts about features that need no
 *      dataset
 *
 * The time for merging grows with the set and not with the part. So a part is gathered for ten times as long as merging
 * takes.
 */
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import type { Passes } from '../../src/depass/passes.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import {
  failSweeps,
  finishSweep,
  firstWithoutDirection,
  handIn,
  openSweeps,
  pendingShards,
  promptTexts,
  saveDirections,
  tokenNamespace,
  unfinishedSweeps,
  type NewSequence,
  type OpenSweep,
  type PieceName,
  type Shard,
  type Store,
} from '../../src/store/index.ts'
import { directionsOf, type FeatureDirection } from '../../src/sweeps/directions.ts'
import { type Gathered, Gathering } from '../../src/sweeps/gather.ts'
import { pieceReader, type Piece, type PieceReader } from '../../src/sweeps/pieces.ts'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts'
import { openKeys } from '../queue/job-table.ts'
import { jobEnvelope } from '../queue/job.ts'
import type { LoadedModel } from '../worker/model-cache.ts'
import { Interrupted, type JobKindOf, type ReadyJob, type Turn } from './kind.ts'

const schema = z.looseObject({
  kind: z.literal('sweep'),
  ...jobEnvelope,
  /** Sweeps of one dataset, model and length of sequences: they share the pass. */
  sweeps: z.array(z.int().positive()).min(1),
  /** Places of the first prompt, and after the last. */
  first: z.int().nonnegative(),
  end: z.int().positive(),
})
export type SweepJob = z.infer<typeof schema>

type Range = Pick<SweepJob, 'sweeps' | 'first' | 'end'>

/** The key says everything that the job does, so that keys alone tell whether it is done. */
export const sweepKey = ({ sweeps, first, end }: Range): string => `${keyPrefix(sweeps)}${first}-${end}`
const keyPrefix = (sweeps: readonly number[]) => `sweep:${sweeps.join(',')}:`

function readKey(key: string): Range | null {
  const [, sweeps, first, end] = /^sweep:([\d,]+):(\d+)-(\d+)$/.exec(key) ?? []
  return sweeps === undefined ? null : { first: Number(first), end: Number(end), sweeps: sweeps.split(',').map(Number) }
}

/** The prompts of these sweeps that queued or active jobs have. */
export async function queuedRanges(store: Store, sweeps: readonly number[]): Promise<Range[]> {
  return (await openKeys(store, keyPrefix(sweeps))).flatMap((key) => readKey(key) ?? [])
}

interface ReadySweep extends ReadyJob {
  data: SweepJob
}

export const sweepJob: JobKindOf<SweepJob, ReadySweep> = {
  schema,

  async settleStored(store, keys) {
    const settled = new Set<string>()
    for (const key of keys) {
      const range = readKey(key)
      if (range === null) continue
      const open = await pendingShards(store, range.sweeps, range.first, range.end)
      if (open.length === 0 && (await unfinishedSweeps(store, range.sweeps)).length === 0) settled.add(key)
    }
    return settled
  },

  async ready(data, model, store) {
    if (partsOf(model).tokenizer === null)
      throw new UserError(
        'BAD_MODEL',
        `The model ${model.row.slug} has no tokenizer.json, so no text can be swept with it.`,
      )
    // The sets are opened here, so that a job whose files are missing goes to a worker that has them.
    for (const { setHash } of await openSweeps(store, data.sweeps)) await model.sets.find(setHash)
    return { data, flops: data.flops }
  },

  async compute(jobs, model, store, turn) {
    for (const { data } of jobs) await computeRange(data, model, store, turn)
  },

  async settleRuns() {
    // The job that hands in the last part finishes the sweep itself, while the model is loaded.
  },

  async giveUp(store, keys, reason) {
    for (const key of keys) {
      const range = readKey(key)
      if (range !== null) await failSweeps(store, range.sweeps, range.first, range.end, reason)
    }
  },
}

function partsOf({ attributor }: LoadedModel): { passes: Passes; tokenizer: Tokenizer | null } {
  const { passes, tokenizer } = attributor
  if (passes === undefined) throw new Error('this attributor has loaded no model')
  return { passes, tokenizer }
}

interface Sweeping {
  store: Store
  passes: Passes
  tokenizer: Tokenizer
  model: LoadedModel
  sweeps: ReadonlyMap<number, { sweep: OpenSweep; set: FeatureSet }>
  gathering: Gathering
  turn: Turn
}

async function computeRange(
  { sweeps: ids, first, end }: SweepJob,
  model: LoadedModel,
  store: Store,
  turn: Turn,
): Promise<void> {
  const { passes, tokenizer } = partsOf(model)
  if (tokenizer === null) throw new Error('a sweep without a tokenizer was not refused')
  const sweeps = new Map<number, { sweep: OpenSweep; set: FeatureSet }>()
  // A sweep whose set was removed is not among these.
  for (const sweep of await openSweeps(store, ids))
    sweeps.set(sweep.id, { sweep, set: await model.sets.find(sweep.setHash) })
  // A dataset has enough rows for folding to pay. And a newly started worker must get the same numbers as one that has
  // folded already.
  passes.programs.foldAtOnce()
  const gathering = new Gathering()
  const sweeping: Sweeping = { store, passes, tokenizer, model, sweeps, gathering, turn }
  try {
    let mergeMs = 0
    for (;;) {
      const pending = await pendingShards(store, [...sweeps.keys()], first, end)
      if (pending.length === 0) break
      mergeMs = await computePart(pending, sweeping, mergeMs)
      if (await turn.isOver()) throw new Interrupted()
    }
  } finally {
    await gathering.close()
  }
  for (const id of await unfinishedSweeps(store, [...sweeps.keys()])) await finish(id, sweeping)
}

/** The least for a part even if merging costs nothing: a shorter one is not worth a transaction. */
const SHORTEST_PART_MS = 10_000
const PART_PER_MERGE = 10
/** How often a worker looks whether it should end early. */
const LOOK_MS = 1000

/** Computes the beginning of the pending blocks for all sweeps that still need them. Returns how long merging took. */
async function computePart(pending: readonly Shard[], sweeping: Sweeping, mergeMs: number): Promise<number> {
  const { store, passes, sweeps, gathering, turn } = sweeping
  const from = pending[0]!.first
  const active = pending.filter(({ first }) => first === from)
  const to = Math.min(
    ...active.map(({ end }) => end),
    ...pending.filter(({ first }) => first > from).map(({ first }) => first),
  )
  const {
    sweep: { options, datasetId },
  } = sweeps.get(active[0]!.sweepId)!
  gathering.open(active.map(({ sweepId }) => ({ set: sweeps.get(sweepId)!.set, options: sweeps.get(sweepId)!.sweep.options })))
  const reader = pieceReader(sweeping.tokenizer, options.context)
  const sum: Gathered = { tokens: 0, milliseconds: 0, encodeMs: 0 }
  const began = performance.now()
  let [at, looked] = [from, began]
  while (at < to) {
    const end = Math.min(to, (Math.floor(at / options.block) + 1) * options.block)
    const pieces = await piecesIn(reader, store, datasetId, at, end)
    if (pieces.length > 0) add(sum, await gathering.gather(pieces, passes, turn.signal))
    at = end
    const now = performance.now()
    if (now - began > Math.max(SHORTEST_PART_MS, PART_PER_MERGE * mergeMs)) break
    if (now - looked < LOOK_MS) continue
    looked = now
    if (await turn.isOver()) break
  }
  const merging = performance.now()
  for (const [i, shard] of active.entries()) {
    // Sweeps that shared a pass share its time equally.
    const share = {
      tokens: sum.tokens,
      milliseconds: sum.milliseconds / active.length,
      encodeMs: sum.encodeMs / active.length,
    }
    const gathered = gathering.gathered[i]!
    await handIn(store, sweeps.get(shard.sweepId)!.sweep, gathered, {
      shard,
      end: at,
      gathered: share,
      firings: await gathered.firings(),
    })
  }
  return performance.now() - merging
}

function add(sum: Gathered, { tokens, milliseconds, encodeMs }: Gathered): void {
  sum.tokens += tokens
  sum.milliseconds += milliseconds
  sum.encodeMs += encodeMs
}

async function piecesIn(
  reader: PieceReader,
  store: Store,
  datasetId: number,
  first: number,
  end: number,
): Promise<Piece[]> {
  const pieces: Piece[] = []
  for (const { index, text } of await promptTexts(store, datasetId, first, end))
    pieces.push(...(await reader.piecesOf(index, text)))
  return pieces
}

async function finish(id: number, sweeping: Sweeping): Promise<void> {
  const { store, tokenizer, model, sweeps, turn } = sweeping
  const found = sweeps.get(id)
  if (found === undefined) return
  const { sweep, set } = found
  await completeDirections(sweep.setId, set, sweeping)
  const reader = pieceReader(tokenizer, sweep.options.context)
  const tokenizerHash = tokenNamespace(model.row)
  await finishSweep(store, sweep, {
    F: set.F,
    signal: turn.signal,
    sequencesOf: async (names) => {
      const ids = await tokenIdsOf(names, reader, store, sweep.datasetId)
      return ids.map((tokenIds): NewSequence => ({ tokenizerHash, tokens: tokenizer.describe(tokenIds) }))
    },
  })
}

/** Features whose directions are stored together. */
const DIRECTIONS_AT_ONCE = 1024

/** Computed once for a set, whatever dataset it is swept over. An interrupted computation goes on where it was. */
async function completeDirections(
  setId: number,
  set: FeatureSet,
  { store, passes, tokenizer, turn }: Sweeping,
): Promise<void> {
  const first = await firstWithoutDirection(store, setId)
  if (first === null) return
  const save = (directions: readonly FeatureDirection[]) =>
    saveDirections(store, setId, directions, (id) => tokenizer.tokenText(id))
  let held: FeatureDirection[] = []
  for await (const block of directionsOf(set, passes, { first, signal: turn.signal })) {
    held.push(...block)
    if (held.length < DIRECTIONS_AT_ONCE) continue
    await save(held)
    held = []
    if (await turn.isOver()) throw new Interrupted()
  }
  await save(held)
}

/** `names` in the order of prompts. */
async function tokenIdsOf(
  names: readonly PieceName[],
  reader: PieceReader,
  store: Store,
  datasetId: number,
): Promise<(readonly number[])[]> {
  const prompts = [...new Set(names.map(({ prompt }) => prompt))]
  const texts = await store.query<{ index: number; text: string }>(
    'SELECT index, text FROM prompt WHERE dataset_id = $1 AND index = ANY($2)',
    [datasetId, prompts],
  )
  const pieces = new Map<string, readonly number[]>()
  for (const { index, text } of texts)
    for (const { piece, tokenIds } of await reader.piecesOf(index, text)) pieces.set(`${index}.${piece}`, tokenIds)
  return names.map(({ prompt, piece }) => {
    const found = pieces.get(`${prompt}.${piece}`)
    if (found !== undefined) return found
    throw new UserError(
      'BAD_DATASET',
      `Prompt ${prompt} is not what it was when it was swept: its dataset was changed; add it anew.`,
    )
  })
}
