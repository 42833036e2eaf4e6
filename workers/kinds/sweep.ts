/**
 * The job `sweep`: some prompts of a dataset through a model, and what fires there in one or several of its feature
 * sets.
 *
 *   1. prompts are computed in blocks that everyone cuts alike, so that numbers do not depend on who computes them
 *   2. what a worker has gathered is handed in now and then, in one transaction with the note that it is done (src/store):
 *      a worker that is killed loses what it gathered since, and nothing counts twice
 *   3. whoever hands in the last part writes statistics and examples, and what is true of features without a dataset
 *
 * Merging a part costs time that grows with the set and not with the part, so parts take ten times as long as merging.
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

/** The key says all that the job does: whoever has only keys can tell whether it is done. */
export const sweepKey = ({ sweeps, first, end }: Range): string => `${keyPrefix(sweeps)}${first}-${end}`
const keyPrefix = (sweeps: readonly number[]) => `sweep:${sweeps.join(',')}:`

function readKey(key: string): Range | null {
  const [, sweeps, first, end] = /^sweep:([\d,]+):(\d+)-(\d+)$/.exec(key) ?? []
  return sweeps === undefined ? null : { first: Number(first), end: Number(end), sweeps: sweeps.split(',').map(Number) }
}

/** What jobs that are queued or under way have of these sweeps. */
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
    // Opened here, so that a job whose files are elsewhere goes to a worker that has them.
    for (const { setHash } of await openSweeps(store, data.sweeps)) await model.sets.find(setHash)
    return { data, flops: data.flops }
  },

  async compute(jobs, model, store, turn) {
    for (const { data } of jobs) await computeRange(data, model, store, turn)
  },

  async settleRuns() {
    // Whoever hands in the last part finishes the sweep, while the model is loaded.
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
  // One whose set was removed is not among them.
  for (const sweep of await openSweeps(store, ids))
    sweeps.set(sweep.id, { sweep, set: await model.sets.find(sweep.setHash) })
  // A dataset has rows enough, and a worker that was started anew must come to the same numbers.
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

/** Also where merging costs nothing: less than this is not worth a transaction. */
const SHORTEST_PART_MS = 10_000
const PART_PER_MERGE = 10
/** How often a worker looks whether it should end early. */
const LOOK_MS = 1000

/** The beginning of what is pending, for all sweeps that have it to do. Gives how long merging took. */
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
    // Sweeps that shared a pass share its time.
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

/** Once for a set, whatever it is swept over; what was interrupted goes on. */
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
