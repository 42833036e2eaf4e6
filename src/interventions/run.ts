/**
 * Interventions: passes that are changed on their way, next to the unchanged pass.
 *
 *  1. every prompt's unchanged pass: the vectors that are compared, those that changes are made from, and its patterns
 *  2. each case's changes, from those vectors                                                    change/
 *  3. changed passes, with attention computed anew
 *  4. changed passes, with attention frozen at the patterns of the unchanged pass. Attention then leaves out a position that
 *     is taken out, and all else stays as it was: rows of the pattern are not normalised to 1 again.
 *
 * Cases of one or many prompts share passes. To float32 rounding, each gives the same numbers as alone. Shapes: N
 * positions, H heads, L layers, V vocabulary, W the width of a site's vectors.
 */
import { distributionOf, type Distribution } from '../attribution/distribution.ts'
import type { Edit } from '../depass/edits.ts'
import { tooLarge } from '../depass/memory-limit.ts'
import type { Passage, Read } from '../depass/passage.ts'
import type { Passes } from '../depass/passes.ts'
import { formatSite, type Site } from '../features/site.ts'
import type { Alteration } from './change/kind.ts'

export interface InterventionCase {
  /** [N]: the whole prompt; tokens after `position` have no effect. */
  readonly tokenIds: readonly number[]
  /** Tokens of the whole prompt, on which some rotations depend; if absent, as many as `tokenIds` has. */
  readonly promptLength?: number
  /** The position that is read. */
  readonly position: number
  /** What is read at the position besides the model's prediction. */
  readonly site: Site
  /** Sites of the unchanged pass that the change is made from. */
  readonly needs?: readonly Site[]
  /** `clean` gives the vectors [N, W] of the unchanged pass at one of the sites in `needs`. */
  alter(clean: (site: Site) => Float32Array): Promise<Alteration> | Alteration
}

/** What is read of one pass. */
export interface Reading {
  /** [W]: the vector at the case's site. */
  x: Float32Array
  /** The model's prediction at the position. */
  distribution: Distribution
}

export interface CaseOutcome {
  before: Reading
  /** With attention computed anew from the changed stream. */
  free: Reading
  /** With attention frozen at the patterns of the unchanged pass; null unless requested. */
  frozen: Reading | null
}

export interface RunInterventionsOptions {
  /** Also run the changed passes with attention frozen. */
  frozen?: boolean
  signal?: AbortSignal
  /** Called as work is done, with the fraction finished (0 … 1). */
  onProgress?: (fraction: number) => void
}

const FLOAT_BYTES = 4

/** Bytes of the patterns [H, N, N] of every layer for one prompt. */
export const patternBytes = ({ H, L }: { H: number; L: number }, N: number): number => FLOAT_BYTES * L * H * N * N

/** Outcomes in the order of the cases. Refuses (TOO_LARGE) cases that do not fit into the memory limit. */
export async function runInterventions(
  passes: Passes, cases: readonly InterventionCase[], options: RunInterventionsOptions = {},
): Promise<CaseOutcome[]> {
  const outcomes: CaseOutcome[] = Array(cases.length)
  let done = 0
  for (const group of groupsOf(cases, passes, options.frozen ?? false)) {
    options.signal?.throwIfAborted()
    for (const [index, outcome] of await runGroup(passes, cases, group, options)) outcomes[index] = outcome
    done += group.flat().length
    options.onProgress?.(done / cases.length)
  }
  return outcomes
}

/** Indices of cases by prompt. Prompts whose patterns are held at the same time form a group. */
function groupsOf(cases: readonly InterventionCase[], passes: Passes, frozen: boolean): number[][][] {
  const prompts = new Map<string, number[]>()
  for (const [index, each] of cases.entries()) {
    const key = JSON.stringify([promptOf(each), each.tokenIds.length, formatSite(each.site)])
    const known = prompts.get(key)
    if (known) known.push(index)
    else prompts.set(key, [index])
  }
  if (!frozen) return [[...prompts.values()]]
  // Half of the limit is for patterns (of the unchanged passes, and copies of them); the other half is for the sweep.
  const limit = passes.memoryLimitBytes / 2
  const groups: number[][][] = []
  let held = Infinity
  for (const indices of prompts.values()) {
    const bytes = patternBytes(passes.model.config, promptOf(cases[indices[0]!]!).length)
    if (2 * bytes > limit) throw tooLarge(4 * bytes, passes.memoryLimitBytes)
    if (held + bytes > limit / 2) {
      groups.push([])
      held = 0
    }
    groups.at(-1)!.push(indices)
    held += bytes
  }
  return groups
}

const promptOf = ({ tokenIds, position }: InterventionCase) => tokenIds.slice(0, position + 1)

interface CleanPrompt {
  indices: readonly number[]
  reading: Reading
  patterns: readonly Float32Array[]
}

async function runGroup(
  passes: Passes, cases: readonly InterventionCase[], group: readonly number[][], options: RunInterventionsOptions,
): Promise<[number, CaseOutcome][]> {
  const { frozen = false, signal } = options
  const run = { ...(signal && { signal }) }
  const clean = await cleanPrompts(passes, cases, group, frozen, run)
  const altered: { index: number; prompt: CleanPrompt; change: Alteration }[] = []
  for (const prompt of clean) {
    const needed = await neededVectors(passes, prompt.indices.map((index) => cases[index]!), run)
    for (const index of prompt.indices) {
      altered.push({ index, prompt, change: await cases[index]!.alter((site) => vectorsAt(needed, site)) })
    }
  }
  const free = await readAll(passes, altered.map(({ index, change }) => freePassage(passes, cases[index]!, change)), run)
  const frozenReadings: Reading[] = []
  for (const some of frozen ? chunks(altered, passes, cases) : []) {
    const passages = some.map(({ index, prompt, change }) => frozenPassage(passes, cases[index]!, change, prompt.patterns))
    frozenReadings.push(...(await readAll(passes, passages, run)))
  }
  return altered.map(({ index, prompt }, at) => [
    index, { before: prompt.reading, free: free[at]!, frozen: frozen ? frozenReadings[at]! : null },
  ])
}

/** Chunks of cases whose copies of patterns fit into a quarter of the memory limit; at least one case in each. */
function chunks<T extends { index: number }>(items: readonly T[], passes: Passes, cases: readonly InterventionCase[]): T[][] {
  const made: T[][] = []
  let held = Infinity
  for (const item of items) {
    const bytes = patternBytes(passes.model.config, promptOf(cases[item.index]!).length)
    if (held + bytes > passes.memoryLimitBytes / 4) {
      made.push([])
      held = 0
    }
    made.at(-1)!.push(item)
    held += bytes
  }
  return made
}

async function cleanPrompts(
  passes: Passes, cases: readonly InterventionCase[], group: readonly number[][], givesPatterns: boolean, run: { signal?: AbortSignal },
): Promise<CleanPrompt[]> {
  const passages = group.map(([first]): Passage => ({ ...plainPassage(passes, cases[first!]!), givesPatterns }))
  const swept = await passes.run(passages, run)
  const readings = await readingsOf(passes, swept.map(({ reads }) => reads.map(({ x }) => x)))
  return group.map((indices, p) => ({ indices, reading: readings[p]!, patterns: swept[p]!.patterns }))
}

/** By site, the vectors [N, W] of the unchanged pass that some cases of one prompt need. */
async function neededVectors(
  passes: Passes, cases: readonly InterventionCase[], run: { signal?: AbortSignal },
): Promise<ReadonlyMap<string, Float32Array>> {
  const sites = new Map(cases.flatMap(({ needs = [] }) => needs.map((site) => [formatSite(site), site] as const)))
  const [first] = cases
  if (sites.size === 0 || first === undefined) return new Map()
  const tokenIds = promptOf(first)
  const positions = [...tokenIds.keys()]
  const reads = [...sites.values()].map((site): Read => ({ site, positions }))
  const [swept] = await passes.run([{ tokenIds, splits: [], reads }], run)
  return new Map([...sites.keys()].map((name, at) => [name, swept!.reads[at]!.x]))
}

function vectorsAt(needed: ReadonlyMap<string, Float32Array>, site: Site): Float32Array {
  const found = needed.get(formatSite(site))
  if (found === undefined) throw new Error(`a change asked for ${formatSite(site)}, which it had not said it needs`)
  return found
}

/** Reads the case's site, and the stream before the final norm. */
function plainPassage({ model: { config } }: Passes, { tokenIds, position, site, promptLength = tokenIds.length }: InterventionCase): Passage {
  const positions = [position]
  return {
    tokenIds: tokenIds.slice(0, position + 1),
    promptLength,
    splits: [],
    reads: [{ site, positions }, { site: { layer: config.L, name: 'resid_pre' }, positions }],
  }
}

function freePassage(passes: Passes, each: InterventionCase, { edits = [], hidden = [], removed = [] }: Alteration): Passage {
  const without = new Set(removed)
  const kept = promptOf(each).map((_, position) => position).filter((position) => !without.has(position))
  const shortened = { ...each, tokenIds: kept.map((position) => each.tokenIds[position]!), position: kept.indexOf(each.position), promptLength: each.tokenIds.length - without.size }
  return {
    ...plainPassage(passes, shortened),
    edits: edits.map((edit): Edit => ({ ...edit, apply: (vector, at) => edit.apply(vector, kept[at]!) })),
    ...(hidden.length > 0 && { hidden: new Set(hidden.map((position) => kept.indexOf(position))) }),
  }
}

function frozenPassage(
  passes: Passes, each: InterventionCase, { edits = [], hidden = [], removed = [] }: Alteration, patterns: readonly Float32Array[],
): Passage {
  const N = each.position + 1
  const out = [...hidden, ...removed]
  return {
    ...plainPassage(passes, each),
    edits,
    frozenPatterns: out.length === 0 ? patterns : patterns.map((pattern) => leaveOut(pattern, out, N, passes.model.config.H)),
  }
}

/** A copy of a pattern [H, J, N] in which the positions `out` are attended to by themselves only. */
function leaveOut(pattern: Float32Array, out: readonly number[], N: number, H: number): Float32Array {
  const changed = pattern.slice()
  const J = pattern.length / (H * N)
  for (let row = 0; row < H * J; row++) {
    // The pattern's J queries are the last J positions.
    const query = N - J + (row % J)
    for (const position of out) if (position !== query) changed[row * N + position] = 0
  }
  return changed
}

async function readAll(passes: Passes, passages: readonly Passage[], run: { signal?: AbortSignal }): Promise<Reading[]> {
  const swept = await passes.run(passages, run)
  return readingsOf(passes, swept.map(({ reads }) => reads.map(({ x }) => x)))
}

/** The readings of passes that read a site and the stream before the final norm. */
async function readingsOf(passes: Passes, read: readonly Float32Array[][]): Promise<Reading[]> {
  const { finalSoftCap } = passes.model.config
  const readings: Reading[] = []
  await passes.eachLogits(read.map(([, final]) => final!), (logits, index) => {
    readings[index] = { x: read[index]![0]!, distribution: distributionOf(logits.slice(), finalSoftCap) }
  })
  return readings
}

