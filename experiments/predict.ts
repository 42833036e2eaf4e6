/** What the model says after sequences of ids, as they are or with parts of it taken out. */
import { distributionOf, mostLikely, probabilityOf } from '../src/attribution/distribution.ts'
import type { Edit } from '../src/depass/edits.ts'
import type { Passage } from '../src/depass/passage.ts'
import type { ExperimentModel } from './experiment.ts'

export interface Question {
  /** [N ≥ 1] */
  readonly ids: readonly number[]
  /** The token whose logit and probability are wanted. */
  readonly target: number
  readonly edits?: readonly Edit[]
}

export interface Said {
  /** The token that the model ranks first; if several are equal, the one with the lowest id. */
  readonly next: number
  readonly logit: number
  readonly probability: number
}

/** Answers in the order of the questions. The same ids without edits pass through the model once. */
export async function predict(questions: readonly Question[], { passes, signal }: ExperimentModel): Promise<Said[]> {
  const { L, finalSoftCap } = passes.model.config
  const places = new Map<string, number[]>()
  questions.forEach(({ ids, edits }, i) => {
    const name = edits === undefined || edits.length === 0 ? ids.join(' ') : `edited ${i}`
    places.set(name, [...(places.get(name) ?? []), i])
  })
  const asked = [...places.values()]
  const passages = asked.map(([first]): Passage => {
    const { ids, edits = [] } = questions[first!]!
    return { tokenIds: ids, splits: [], reads: [{ site: { layer: L, name: 'resid_pre' }, positions: [ids.length - 1] }], edits }
  })
  const results = await passes.run(passages, { ...(signal && { signal }) })
  const said: Said[] = Array(questions.length)
  await passes.eachLogits(results.map(({ reads }) => reads[0]!.x), (values, index) => {
    const distribution = distributionOf(values.slice(), finalSoftCap)
    const next = mostLikely(distribution)
    for (const at of asked[index]!) {
      const { target } = questions[at]!
      said[at] = { next, logit: distribution.logits[target]!, probability: probabilityOf(distribution, target) }
    }
  })
  return said
}

/** One edit that sets several ranges of the same vector to zero. */
export const zeroed = (ranges: readonly (readonly [from: number, to: number])[]) => (vector: Float32Array): void => {
  for (const [from, to] of ranges) vector.fill(0, from, to)
}
