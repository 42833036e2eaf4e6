/** Where a tokenizer comes from: tokenizer.json, a sentencepiece model, or vocabulary and merges in two files. */
import type { NumberedToken } from './added-tokens.ts'
import type { Pipeline } from './classes.ts'
import type { AddedToken } from './settings.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface Source {
  /** For messages. */
  path: string
  /** The pipeline in the source, before the tokenizer class changes it. */
  pipeline: Pipeline
  added: readonly NumberedToken[]
  /** Read at the first call, which refuses an invalid vocabulary. */
  vocabulary: () => Vocabulary
  /** JSON of the model's `vocab` and `merges`. */
  vocabJson: Buffer
  mergesJson: Buffer | null
  /** sha256 (hex) of the source's content. */
  hash: () => string
  isTokenizerJson: boolean
  /** Special tokens by name that the source defines, used if no setting does. */
  names: Readonly<Record<string, string>>
  /** Special tokens without a name that the source defines, used if no setting does. */
  extra: readonly AddedToken[]
}

/** Computes the value at the first call and keeps it. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}
