/** The text that each token of a sequence adds when the sequence is decoded. */
import type { Piece } from './pieces.ts'

/**
 * Joined, the texts are the decoded sequence. A character whose bytes are spread over several tokens belongs to the one
 * that completes it; bytes that never make a character show as U+FFFD, at the latest on the last token of their run.
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

/** A byte order mark is text like any other here. */
const newDecoder = () => new TextDecoder('utf-8', { ignoreBOM: true })
