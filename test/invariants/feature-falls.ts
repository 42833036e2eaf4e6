/** What the scores of features say, beside what taking each feature out of the stream does. */
import { openAttributor } from '../../src/attribution/open.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { prepareQuestion } from '../../src/attribution/resolve.ts'
import type { Rule } from '../../src/attribution/request.ts'
import type { FeatureSource } from '../../src/depass/partition/kind.ts'
import { decoderRows, type FeatureSet } from '../../src/features/feature-set.ts'
import { openFeatureSet } from '../../src/features/open.ts'

export interface FeatureEffect {
  position: number
  feature: number
  score: number
  /** How far the target's logit falls when the decoder row, times the activation, is taken from the stream. */
  fall: number
}

export interface OpenSet {
  attributor: Attributor
  set: FeatureSet
  source: FeatureSource
}

export async function openWithSet(model: string, path: string): Promise<OpenSet> {
  const set = await openFeatureSet(path)
  const attributor = await openAttributor(model, { threads: 1, sets: { find: async () => set } })
  const { hash, id: name, site, writes, F: features } = set
  return { attributor, set, source: { hash, name, site, writes, features } }
}

/** Of the features that a split with this budget names, in component order. For sets that read the residual stream. */
export async function featureEffects(
  { attributor, set, source }: OpenSet,
  text: string,
  { budget, rule = 'softmax' }: { budget: number; rule?: Rule },
): Promise<FeatureEffect[]> {
  const prepared = await prepareQuestion({ text, by: 'feature', sae: source, features: budget, rule }, attributor)
  const [result] = await attributor.attribute([prepared])
  const split = result!.contributions.filter(({ component }) => component.kind === 'feature')
  const { passes } = attributor
  const { tokenIds } = prepared.request
  const L = passes!.model.config.L
  const last = { site: { layer: L - 1, name: 'resid_post' as const }, positions: [tokenIds.length - 1] }
  const [plain] = await passes!.run([
    { tokenIds, splits: [], reads: [last, { site: set.site, positions: [...tokenIds.keys()] }] },
  ])
  const activations = await passes!.encode(set, plain!.reads[1]!.x)
  const features = [...new Set(split.map(({ component }) => component.index))]
  const rows = await decoderRows(set, features)
  const changed = await passes!.run(
    split.map(({ component: { index, position } }) => {
      const activation = activations[position! * set.F + index]!
      const row = rows.subarray(features.indexOf(index) * set.E, (features.indexOf(index) + 1) * set.E)
      const apply = (vector: Float32Array, at: number) => {
        if (at === position) for (let d = 0; d < vector.length; d++) vector[d]! -= activation * row[d]!
      }
      return { tokenIds, splits: [], reads: [last], edits: [{ site: set.site, apply }] }
    }),
  )
  const token = result!.target.tokenId!
  const logits: number[] = []
  await passes!.eachLogits(
    [plain!, ...changed].map(({ reads }) => reads[0]!.x),
    (values) => void logits.push(values[token]!),
  )
  return split.map(({ component, score }, i) => ({
    position: component.position!,
    feature: component.index,
    score,
    fall: logits[0]! - logits[i + 1]!,
  }))
}

/** Spearman's, of scores and falls. */
export function rankCorrelation(found: readonly { score: number; fall: number }[]): number {
  const ranks = (of: (effect: { score: number; fall: number }) => number) => {
    const sorted = found.map(of).sort((a, b) => a - b)
    return found.map((effect) => sorted.indexOf(of(effect)))
  }
  const [a, b] = [ranks(({ score }) => score), ranks(({ fall }) => fall)]
  const n = found.length
  return 1 - (6 * a.reduce((total, rank, i) => total + (rank - b[i]!) ** 2, 0)) / (n * (n * n - 1))
}
