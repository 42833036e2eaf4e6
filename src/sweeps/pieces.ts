/**
 * Turns a text into sequences that a model can read: the whole text, or pieces of `context` tokens if it is longer.
 * Every piece begins with the special tokens that the tokenizer adds in front. The model reads special tokens, but
 * they are not counted.
 */
import type { EncodedToken, Tokenizer } from '../tokenizer/tokenizer.ts'

export interface Piece {
  /** Index of the prompt in its dataset, and number of the piece in it. */
  prompt: number
  piece: number
  tokenIds: readonly number[]
  /** Positions that are counted, ascending; at least one. */
  positions: readonly number[]
}

export interface PieceReader {
  /** The pieces of a text, without those that have nothing to count. */
  piecesOf(prompt: number, text: string): Promise<Piece[]>
}

/** `context`: the longest sequence. */
export function pieceReader(tokenizer: Tokenizer, context: number): PieceReader {
  const special = new Map<number, boolean>()
  const isSpecial = ({ id, start }: EncodedToken) => {
    if (start === null) return true
    let known = special.get(id)
    // Special tokens can also be in the text itself.
    if (known === undefined) special.set(id, (known = tokenizer.describe([id])[0]?.start === null))
    return known
  }
  return {
    async piecesOf(prompt, text) {
      const tokens = await tokenizer.encode(text)
      const opening = tokens.slice(
        0,
        Math.max(
          0,
          tokens.findIndex(({ start }) => start !== null),
        ),
      )
      const body = tokens.slice(opening.length)
      const length = Math.max(1, context - opening.length)
      const pieces: Piece[] = []
      for (let from = 0; from < body.length; from += length) {
        const all = [...opening, ...body.slice(from, from + length)]
        const positions = [...all.keys()].filter((at) => !isSpecial(all[at]!))
        if (positions.length > 0)
          pieces.push({ prompt, piece: pieces.length, tokenIds: all.map(({ id }) => id), positions })
      }
      return pieces
    },
  }
}
