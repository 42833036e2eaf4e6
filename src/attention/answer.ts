/** Answers to questions about heads, and how they are stored: a line of JSON, then little-endian numbers. */
import { z } from 'zod'
import { componentKinds } from '../depass/partition/component.ts'
import type { AttentionResult, KeyExplanation } from './explain.ts'
import type { PatternResult } from './pattern.ts'

export type HeadAnswer = ({ what: 'scores' } & AttentionResult) | ({ what: 'pattern' } & PatternResult)

const componentSchema = z.strictObject({
  kind: z.enum(componentKinds), index: z.int(), position: z.int().optional(), layer: z.int().nullable(), label: z.string(),
})
const keySchema = z.strictObject({ key: z.int(), attention: z.number(), score: z.number(), completenessError: z.number() })
const headSchema = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('scores'), components: z.array(componentSchema), pattern: z.array(z.number()), keys: z.array(keySchema), milliseconds: z.number(),
  }),
  z.strictObject({ what: z.literal('pattern'), milliseconds: z.number() }),
])

const NEWLINE = 0x0a

export function packHeadAnswer(answer: HeadAnswer): Buffer {
  if (answer.what === 'pattern') {
    const { what, milliseconds, pattern } = answer
    return packed({ what, milliseconds }, Float64Array.from(pattern))
  }
  const { what, components, pattern, keys, milliseconds } = answer
  const head = { what, components, pattern, milliseconds, keys: keys.map(({ key, attention, score, completenessError }) => ({ key, attention, score, completenessError })) }
  // For each key: both marginals, then its pairs.
  return packed(head, Float64Array.from(keys.flatMap(({ byQuery, byKey, pairs }) => [...byQuery, ...byKey, ...pairs])))
}

function packed(head: z.infer<typeof headSchema>, numbers: Float64Array): Buffer {
  const line = Buffer.from(`${JSON.stringify(head)}\n`)
  const bytes = Buffer.alloc(line.length + numbers.length * 8)
  line.copy(bytes)
  for (const [i, value] of numbers.entries()) bytes.writeDoubleLE(value, line.length + i * 8)
  return bytes
}

/** Unpacks the bytes that `packHeadAnswer` made. */
export function unpackHeadAnswer(data: Buffer): HeadAnswer {
  const end = data.indexOf(NEWLINE)
  const head = headSchema.parse(JSON.parse(data.subarray(0, end).toString()))
  const numbers = Array.from({ length: (data.length - end - 1) / 8 }, (_, i) => data.readDoubleLE(end + 1 + i * 8))
  if (head.what === 'pattern') return { ...head, pattern: Float32Array.from(numbers) }
  const { components, keys, ...rest } = head
  const M = components.length
  const size = M * (M + 2)
  return {
    ...rest,
    components: components.map(({ position, ...component }) => ({ ...component, ...(position !== undefined && { position }) })),
    keys: keys.map((key, k): KeyExplanation => {
      const from = k * size
      return { ...key, byQuery: numbers.slice(from, from + M), byKey: numbers.slice(from + M, from + 2 * M), pairs: numbers.slice(from + 2 * M, from + size) }
    }),
  }
}
