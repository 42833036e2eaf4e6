/** Where a tokenizer comes from: tokenizer.json, a sentencepiece model, or vocabulary and merges in two files. */
import type { NumberedToken } from './added-tokens.ts'
import type { Pipeline } from './classes.ts'
import type { AddedToken } from './settings.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface Source {
  /** For messages. */
  path: string
  /** As the source says, before a tokenizer class has its way. */
  pipeline: Pipeline
  added: readonly NumberedToken[]
  /** Read when it is first asked for; what is wrong with it is refused then. */
  vocabulary: () => Vocabulary
  /** JSON of the model's `vocab` and `merges`. */
  vocabJson: Buffer
  mergesJson: Buffer | null
  /** sha256 (hex) of what was read. */
  hash: () => string
  isTokenizerJson: boolean
  /** Special tokens by name that the source brings along, for want of a setting. */
  names: Readonly<Record<string, string>>
  /** Special tokens without a name that it brings along, for want of a setting. */
  extra: readonly AddedToken[]
}

/** Computed when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}
