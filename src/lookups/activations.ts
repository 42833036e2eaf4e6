/** What fires in sequences: one pass for all sequences and sets that are requested together. */
import type { Passage } from '../depass/passage.ts'
import type { Passes } from '../depass/passes.ts'
import { reused } from '../depass/programs.ts'
import { UserError } from '../errors.ts'
import type { FeatureSet } from '../features/feature-set.ts'
import { sameSite, type Site } from '../features/site.ts'
import type { Activations } from './answer.ts'

export interface WantedActivations {
  set: FeatureSet
  tokenIds: readonly number[]
}

/** Answers in the order of `wanted`. Refuses (TOO_LARGE) sequences that do not fit into the memory limit. */
export async function activationsOf(wanted: readonly WantedActivations[], passes: Passes, signal?: AbortSignal): Promise<Activations[]> {
  const sequences = groupBySequence(wanted)
  const passages = sequences.map(({ tokenIds, sites }): Passage => ({
    tokenIds, splits: [], reads: sites.map((site) => ({ site, positions: tokenIds.map((_, position) => position) })),
  }))
  const read = await passes.run(passages, signal && { signal })
  const answers: Activations[] = []
  for (const { set, tokenIds } of wanted) {
    const s = sequences.findIndex((each) => each.name === tokenIds.join())
    const site = sequences[s]!.sites.findIndex((each) => sameSite(each, set.site))
    signal?.throwIfAborted()
    answers.push(await firingsOf(set, read[s]!.reads[site]!.x, passes))
  }
  return answers
}

interface Sequence {
  name: string
  tokenIds: readonly number[]
  sites: Site[]
}

function groupBySequence(wanted: readonly WantedActivations[]): Sequence[] {
  const sequences = new Map<string, Sequence>()
  for (const { set, tokenIds } of wanted) {
    const name = tokenIds.join()
    const sequence = sequences.get(name) ?? { name, tokenIds, sites: [] }
    if (!sequence.sites.some((site) => sameSite(site, set.site))) sequence.sites.push(set.site)
    sequences.set(name, sequence)
  }
  return [...sequences.values()]
}

/** `x`: [N, D] */
async function firingsOf(set: FeatureSet, x: Float32Array, passes: Passes): Promise<Activations> {
  const starts = [0]
  const features: number[] = []
  const found: number[] = []
  await passes.eachEncoded(set, x, 'activations', (values, rows) => {
    for (let row = 0; row < rows; row++) {
      for (let f = 0; f < set.F; f++) {
        const value = values[row * set.F + f]!
        if (value === 0) continue
        // NaN would be counted as a feature that fires.
        if (!Number.isFinite(value)) throw new UserError('ENGINE_FAILED', 'The pass gave NaN or infinity; the model overflows float32 on this text.')
        features.push(f)
        found.push(value)
      }
      starts.push(features.length)
    }
  }, reused())
  return { starts: Uint32Array.from(starts), features: Uint32Array.from(features), values: Float32Array.from(found) }
}
