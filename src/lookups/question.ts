/**
 * Questions about features that need the model or the files of a set: what fires in a text, and which directions are
 * alike. The database answers all other questions about features.
 */
import { z } from 'zod'
import { canonicalJson, sha256 } from '../hash.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const index = z.int().nonnegative()

/** One feature, by the hash of its set. */
const feature = z.strictObject({ set: hash, index })

/** The most features that a search by direction can list. */
export const MOST_NEAREST = 100

export const lookupQuestionSchema = z.discriminatedUnion('type', [
  /** What fires in a sequence, of all features of a set. */
  z.strictObject({ type: z.literal('activations'), set: hash, tokenIds: z.array(z.int().nonnegative()).min(1) }),
  /** Features of a set by the cosine of their decoder row with a direction: a vector [E], or the decoder row of a feature. */
  z.strictObject({
    type: z.literal('nearest'), set: hash, direction: z.union([feature, z.array(z.number()).min(1)]), first: z.int().min(1).max(MOST_NEAREST),
  }),
  /** How alike two features are, of one set or of two. */
  z.strictObject({ type: z.literal('compare'), a: feature, b: feature }),
  /** What a feature reads and writes, in numbers. */
  z.strictObject({ type: z.literal('vectors'), of: feature }),
])
export type LookupQuestion = z.infer<typeof lookupQuestionSchema>

export type AskedActivations = Extract<LookupQuestion, { type: 'activations' }>
export type AskedNearest = Extract<LookupQuestion, { type: 'nearest' }>
export type AskedComparison = Extract<LookupQuestion, { type: 'compare' }>
export type AskedVectors = Extract<LookupQuestion, { type: 'vectors' }>

/** The sets that a question is about. An answer is kept as long as the first of them. */
export function setsOf(question: LookupQuestion): string[] {
  switch (question.type) {
    case 'activations':
      return [question.set]
    case 'nearest':
      return [...new Set([question.set, ...('set' in question.direction ? [question.direction.set] : [])])]
    case 'compare':
      return [...new Set([question.a.set, question.b.set])]
    case 'vectors':
      return [question.of.set]
    default:
      return question satisfies never
  }
}

/** The key that an answer is stored under. `model`: the hash of its weights. */
export const lookupKey = (question: LookupQuestion, { model, engine }: { model: string; engine: string }): string =>
  sha256(canonicalJson({ lookup: 1, model, engine, question }))
