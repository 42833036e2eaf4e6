/** Answers to questions (question.ts), and how they are stored: numbers as little-endian bytes. */
import { z } from 'zod'
import type { LookupQuestion } from './question.ts'

/** What fires in a sequence of N positions, position by position, features ascending. */
export interface Activations {
  /** [N + 1]: where each position's entries begin. */
  starts: Uint32Array
  /** [entries] */
  features: Uint32Array
  /** [entries]: in the set's own units. */
  values: Float32Array
}

const nearestSchema = z.strictObject({ features: z.array(z.int()), cosines: z.array(z.number()) })
/** Nearest first. */
export type Nearest = z.infer<typeof nearestSchema>

const comparisonSchema = z.strictObject({
  /** Cosine of what they write; null if their vectors have different widths, or one has no direction. */
  decoderCosine: z.number().nullable(),
  /** Cosine of what they read. */
  encoderCosine: z.number().nullable(),
})
export type Comparison = z.infer<typeof comparisonSchema>

const vectorsSchema = z.strictObject({
  /** [D]: the vector whose product with a normalised row is the pre-activation, up to `constant`. */
  encoder: z.array(z.number()),
  /** [E]: what an activation of 1 adds to the reconstructed row, before the normalisation is undone. */
  decoder: z.array(z.number()),
  /** The constant part of the pre-activation: b_enc − b_dec·W_enc. */
  constant: z.number(),
})
export type Vectors = z.infer<typeof vectorsSchema>

export interface Answers {
  activations: Activations
  nearest: Nearest
  compare: Comparison
  vectors: Vectors
}
export type AnswerOf<Q extends LookupQuestion> = Answers[Q['type']]

const WORD = 4

export function packAnswer<T extends LookupQuestion['type']>(type: T, answer: Answers[T]): Buffer {
  if (type !== 'activations') return Buffer.from(JSON.stringify(answer))
  const { starts, features, values } = answer as Activations
  const bytes = Buffer.alloc(WORD * (1 + starts.length + 2 * values.length))
  let at = bytes.writeUInt32LE(starts.length)
  for (const start of starts) at = bytes.writeUInt32LE(start, at)
  for (const feature of features) at = bytes.writeUInt32LE(feature, at)
  for (const value of values) at = bytes.writeFloatLE(value, at)
  return bytes
}

/** Unpacks the bytes that `packAnswer` made for the same type. */
export function unpackAnswer<T extends LookupQuestion['type']>(type: T, data: Uint8Array): Answers[T]
export function unpackAnswer(type: LookupQuestion['type'], data: Uint8Array): Answers[LookupQuestion['type']] {
  switch (type) {
    case 'activations':
      return unpackActivations(data)
    case 'nearest':
      return nearestSchema.parse(JSON.parse(Buffer.from(data).toString()))
    case 'compare':
      return comparisonSchema.parse(JSON.parse(Buffer.from(data).toString()))
    case 'vectors':
      return vectorsSchema.parse(JSON.parse(Buffer.from(data).toString()))
    default:
      return type satisfies never
  }
}

function unpackActivations(data: Uint8Array): Activations {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const count = view.getUint32(0, true)
  const starts = Uint32Array.from({ length: count }, (_, i) => view.getUint32(WORD * (1 + i), true))
  const entries = starts.at(-1) ?? 0
  const from = WORD * (1 + count)
  const features = Uint32Array.from({ length: entries }, (_, i) => view.getUint32(from + WORD * i, true))
  const values = Float32Array.from({ length: entries }, (_, i) => view.getFloat32(from + WORD * (entries + i), true))
  return { starts, features, values }
}
