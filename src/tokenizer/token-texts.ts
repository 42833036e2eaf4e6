/** The text that each token of a sequence adds when the sequence is decoded. */
import type { Piece } from './pieces.ts'

/**
 * The texts of all tokens, joined, are the decoded sequence. A character whose bytes are spread over several tokens
 * belongs to the token that completes it. Bytes that never form a character become U+FFFD, at the latest on the last
 * token of their run.
 */
export function tokenTexts(pieces: readonly Piece[]): string[] {
  const texts: string[] = []
  let decoder = newDecoder()
  const finishRun = () => {
    const rest = decoder.decode()
    if (rest !== '') texts[texts.length - 1] += rest
    decoder = newDecoder()
  }
  for (const piece of pieces) {
    if (piece.kind === 'bytes') texts.push(decoder.decode(piece.bytes, { stream: true }))
    else {
      finishRun()
      texts.push(piece.text)
    }
  }
  finishRun()
  return texts
}

/** A byte order mark is kept like any other text. */
const newDecoder = () => new TextDecoder('utf-8', { ignoreBOM: true })
