/** What identifies a model, and the sizes that can be known without loading it. Letters as everywhere: D H K I L V. */
export interface ModelIdentity {
  /** sha256 (hex) of the weights and of the settings that change what they compute. */
  hash: string
  /**
   * Hashes that earlier versions may have given the same model. Absent if the identity was not read from its weights.
   */
  formerHashes?: readonly string[]
  /** sha256 (hex) of tokenizer.json; null without one. */
  tokenizerHash: string | null
  /** For people: the id it was added as, or the name of its folder. */
  name: string
  /** The family that computes it: llama, mistral, qwen2 … */
  architecture: string
  layers: number
  residualWidth: number
  heads: number
  keyValueHeads: number
  headWidth: number
  /** Neurons of a layer; in a mixture of experts, of all its experts together. */
  neurons: number
  vocabularySize: number
  /** Longest sequence the positions allow. */
  maxPositions: number
  parameters: number
}

/** Is `hash` this model's hash, or one that an earlier version gave it? */
export const isKnownAs = ({ hash: own, formerHashes = [] }: Pick<ModelIdentity, 'hash' | 'formerHashes'>, hash: string): boolean =>
  own === hash || formerHashes.includes(hash)
