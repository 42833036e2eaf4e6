/** Documents as packed rows of token ids. */
import type { Corpus } from '../corpus/corpus.ts'
import type { Document } from '../corpus/document.ts'
import type { Random } from '../random.ts'
import { wordsOf } from '../tokenizer/bpe.ts'
import { readWordIds } from '../tokenizer/read.ts'
import { BEGIN, END } from '../tokenizer/train.ts'
import type { BatchShape } from './step.ts'

/** Weight in the loss of tokens that are no answer: most of them cannot be known. */
const CONTEXT_SHARE = 0.2
const HIDDEN = -1e9

/** Encodes texts word by word, remembering every word: the pre-tokenizer never merges over the edge of a word. */
export class WordEncoder {
  private readonly known = new Map<string, readonly number[]>()
  private readonly idsOf: (word: string) => number[]
  private constructor(idsOf: (word: string) => number[]) {
    this.idsOf = idsOf
  }

  static async open(modelFolder: string): Promise<WordEncoder> {
    return new WordEncoder(await readWordIds(modelFolder))
  }

  /** Ids of the text as it stands, without special tokens. */
  encode(text: string): number[] {
    return wordsOf(text).flatMap((word) => {
      let ids = this.known.get(word)
      if (ids === undefined) {
        ids = this.idsOf(word)
        this.known.set(word, ids)
      }
      return ids
    })
  }
}

interface Sequence {
  /** Begins with BEGIN. */
  ids: number[]
  /** What follows each id; the last is END. */
  targets: number[]
  /** Weight of each target in the loss. */
  shares: number[]
}

export function sequenceOf(encoder: WordEncoder, { prompt, answer, rest }: Document): Sequence {
  const before = encoder.encode(` ${prompt}`)
  const asked = answer === '' ? [] : encoder.encode(` ${answer}`)
  const after = [...encoder.encode(rest), END]
  const share = (count: number, weight: number) => Array<number>(count).fill(weight)
  return {
    ids: [BEGIN, ...before, ...asked, ...after.slice(0, -1)],
    targets: [...before, ...asked, ...after],
    shares: [...share(before.length, CONTEXT_SHARE), ...share(asked.length, 1), ...share(after.length, CONTEXT_SHARE)],
  }
}

export interface Batch {
  /** [B·T] each */
  ids: Int32Array
  targets: Int32Array
  /** Sum to 1. */
  shares: Float32Array
  /** [B, T, T] */
  mask: Float32Array
  /** Row and column of each sequence's first token. */
  starts: { row: number; column: number; length: number }[]
}

/** Lays sequences side by side in rows while they fit. */
export function pack({ B, T }: BatchShape, next: () => Sequence | null): Batch {
  const batch: Batch = {
    ids: new Int32Array(B * T).fill(END), targets: new Int32Array(B * T), shares: new Float32Array(B * T),
    mask: new Float32Array(B * T * T).fill(HIDDEN), starts: [],
  }
  let waiting = next()
  for (let row = 0; row < B; row++) {
    let column = 0
    while (waiting !== null && column + waiting.ids.length <= T) {
      place(batch, T, row, column, waiting)
      column += waiting.ids.length
      waiting = next()
    }
    // Padding sees itself, since a row of a softmax must have something.
    for (; column < T; column++) batch.mask[(row * T + column) * T + column] = 0
  }
  const total = batch.shares.reduce((sum, share) => sum + share, 0)
  if (total > 0) batch.shares.forEach((share, i) => { batch.shares[i] = share / total })
  return batch
}

function place({ ids, targets, shares, mask, starts }: Batch, T: number, row: number, column: number, sequence: Sequence) {
  const at = row * T + column
  ids.set(sequence.ids, at)
  targets.set(sequence.targets, at)
  shares.set(sequence.shares, at)
  starts.push({ row, column, length: sequence.ids.length })
  for (let i = 0; i < sequence.ids.length; i++) {
    mask.fill(0, (at + i) * T + column, (at + i) * T + column + i + 1)
  }
}

/** A batch of the endless corpus. Deterministic in `random`; a document that fits no more is dropped. */
export const corpusBatch = (shape: BatchShape, corpus: Corpus, encoder: WordEncoder, random: Random): Batch =>
  pack(shape, () => sequenceOf(encoder, corpus.sample(random)))
