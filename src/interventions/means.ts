/**
 * Means over a dataset: the average of a part of the model over the positions of the prompts. One plain pass; special
 * tokens that the tokenizer adds are left out. Shapes: W the width of a site's vectors, I neurons, F features.
 */
import type { Edit } from '../depass/edits.ts'
import type { FeatureSets } from '../depass/partition/kind.ts'
import type { Passage, Read } from '../depass/passage.ts'
import type { Passes } from '../depass/passes.ts'
import { UserError } from '../errors.ts'
import { formatSite, type Site } from '../features/site.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'
import type { MeanPlace } from './change/kind.ts'

/**
 * A mean settles long before this many prompts, and hundreds of thousands would take hours. The number is part of the
 * definition.
 */
export const MEAN_PROMPTS = 1000

/** Prompts that are run at once: bounds the vectors held. */
const PROMPTS_AT_ONCE = 32

export interface MeanPrompt {
  tokenIds: readonly number[]
  /** Positions that are averaged. */
  positions: readonly number[]
}

export interface Mean {
  /** [W], [I] or [F] */
  values: Float32Array
  /** How many positions of all prompts were averaged. */
  positions: number
}

/** The name that a mean is stored under: `3.neurons`, `2.z`, or the hash of a set whose activations are averaged. */
export const placeName = (place: MeanPlace): string => {
  if ('set' in place) return place.set
  const { site } = place
  return site.name === 'neurons' ? `${site.layer}.neurons` : formatSite({ layer: site.layer, name: site.name })
}

/** The prompts of a dataset that are averaged: those that fit the model, without special tokens. */
export async function meanPrompts(texts: readonly string[], tokenizer: Tokenizer, maxPositions: number): Promise<MeanPrompt[]> {
  const prompts: MeanPrompt[] = []
  for (const text of texts.slice(0, MEAN_PROMPTS)) {
    const tokens = (await tokenizer.encode(text)).slice(0, maxPositions)
    const positions = tokens.flatMap(({ start }, position) => (start === null ? [] : [position]))
    if (positions.length > 0) prompts.push({ tokenIds: tokens.map(({ id }) => id), positions })
  }
  return prompts
}

/** Means in the order of the places. Refuses (BAD_DATASET) prompts that have no position to average. */
export async function siteMeans(
  passes: Passes, prompts: readonly MeanPrompt[], places: readonly MeanPlace[], sets: FeatureSets, signal?: AbortSignal,
): Promise<Mean[]> {
  const sums = places.map((): Float64Array | null => null)
  let count = 0
  const add = (place: number, values: ArrayLike<number>, from: number, width: number) => {
    const sum = (sums[place] ??= new Float64Array(width))
    for (let k = 0; k < width; k++) sum[k]! += values[from + k]!
  }
  for (let at = 0; at < prompts.length; at += PROMPTS_AT_ONCE) {
    const some = prompts.slice(at, at + PROMPTS_AT_ONCE)
    const passages: Passage[] = []
    for (const prompt of some) passages.push(await observed(passes, prompt, places, sets, add))
    const swept = await passes.run(passages, { ...(signal && { signal }) })
    for (const { reads } of swept) await addReads(passes, reads.map(({ x }) => x), places, sets, add)
    count += some.reduce((sum, { positions }) => sum + positions.length, 0)
  }
  if (count === 0) throw new UserError('BAD_DATASET', 'No prompt of the dataset has a token to average over.')
  return sums.map((sum) => ({ values: Float32Array.from(sum ?? [], (value) => value / count), positions: count }))
}

type Add = (place: number, values: ArrayLike<number>, from: number, width: number) => void

/**
 * A plain pass that reads the sites of the places. Neurons are not a site, so an edit observes them without changing them.
 */
async function observed(
  { model: { config } }: Passes, { tokenIds, positions }: MeanPrompt, places: readonly MeanPlace[], sets: FeatureSets, add: Add,
): Promise<Passage> {
  const counted = new Set(positions)
  const edits: Edit[] = []
  const reads: Read[] = []
  for (const [place, where] of places.entries()) {
    const site = await siteRead(where, sets)
    if (site !== null) reads.push({ site, positions })
    else if ('site' in where)
      edits.push({ site: where.site, apply: (h, position) => void (counted.has(position) && add(place, h, 0, config.I)) })
  }
  // A pass only goes through all layers if it is read at the end.
  const end: Read = { site: { layer: config.L, name: 'resid_pre' }, positions: [tokenIds.length - 1] }
  return { tokenIds, splits: [], reads: edits.length > 0 || reads.length === 0 ? [...reads, end] : reads, edits }
}

async function addReads(
  passes: Passes, read: readonly Float32Array[], places: readonly MeanPlace[], sets: FeatureSets, add: Add,
): Promise<void> {
  let next = 0
  for (const [place, where] of places.entries()) {
    const site = await siteRead(where, sets)
    if (site === null) continue
    const x = read[next++]!
    const set = 'set' in where ? await sets.find(where.set) : null
    const values = set === null ? x : await passes.encode(set, x)
    const width = set?.F ?? widthOf(site, passes)
    for (let from = 0; from < values.length; from += width) add(place, values, from, width)
  }
}

const widthOf = ({ name }: Site, { model: { config } }: Passes) => (name === 'z' ? config.H * config.headWidth : config.D)

/** The site where a place is read; null for neurons. */
async function siteRead(place: MeanPlace, sets: FeatureSets): Promise<Site | null> {
  if ('set' in place) return (await sets.find(place.set)).site
  const { site } = place
  return site.name === 'neurons' ? null : { layer: site.layer, name: site.name }
}
