/** The attention pattern of a head in a prompt. Its numbers travel packed: as JSON, those of 500 tokens would be 3 MB. */
import { useMemo } from 'react'
import { HeadPatternDocument, type HeadPatternQuery } from '../../api/generated.ts'
import { useLarge } from '../../api/use-large.ts'
import type { Latest } from '../../api/use-latest.ts'
import type { Row } from '../../plot/shades.ts'
import { type Asked, patternInput } from './question.ts'

type Answer = NonNullable<HeadPatternQuery['attentionPattern']>

export interface Pattern extends Pick<Answer, 'layer' | 'head' | 'milliseconds' | 'tokens'> {
  /** [query][key] */
  rows: readonly Row[]
}

/** Base64 as bytes. Older browsers have only the way by way of a text, which takes ten times as long. */
const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  'fromBase64' in Uint8Array ? (Uint8Array as unknown as FromBase64).fromBase64(text) : Uint8Array.from(atob(text), (each) => each.charCodeAt(0))

/** In browsers since 2025, and not yet in TypeScript's library. */
interface FromBase64 {
  fromBase64(text: string): Uint8Array<ArrayBuffer>
}

/** [N][N] from 32-bit floats in base64. They are little-endian, as every machine is that a browser runs on. */
export function unpacked(text: string, N: number): Float32Array[] {
  const { buffer } = bytesOf(text)
  const bytes = N * N * Float32Array.BYTES_PER_ELEMENT
  if (buffer.byteLength !== bytes) throw new Error(`A pattern of ${N} tokens has ${bytes} bytes; ${buffer.byteLength} came.`)
  const numbers = new Float32Array(buffer)
  return Array.from({ length: N }, (_, query) => numbers.subarray(query * N, (query + 1) * N))
}

/** The pattern of another head stays in sight while this one's is computed. */
export function usePattern(asked: Asked): Latest<Pattern> {
  const { data, error, loading } = useLarge(HeadPatternDocument, { input: patternInput(asked), packed: true })
  const answer = data?.attentionPattern
  const pattern = useMemo(() => answer && { ...answer, rows: unpacked(answer.packedRows ?? '', answer.tokens.length) }, [answer])
  return { data: pattern ?? undefined, error, loading }
}
