/** One record's bytes → its JSON value, or a sentence that says why there is none. */
import { decodeUtf8 } from './text.ts'

export function parseRecord(bytes: Uint8Array, limitBytes: number): { value: unknown } | { reason: string } {
  if (bytes.length === 0) return { reason: 'is empty: there is a comma too many' }
  if (bytes.length > limitBytes) return { reason: `has ${bytes.length} bytes; at most ${limitBytes} are taken` }
  const text = decodeUtf8(bytes)
  if (text === null) return { reason: 'is not valid UTF-8' }
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch (error) {
    return { reason: `is not valid JSON (${error instanceof Error ? oneLine(error.message) : 'unreadable'})` }
  }
}

const oneLine = (message: string) => message.replace(/\s+/g, ' ')
