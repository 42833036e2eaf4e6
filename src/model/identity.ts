/** What identifies a model, and the sizes anyone may ask for without loading it. Letters as everywhere: D H K I L V. */
export interface ModelIdentity {
  /** sha256 (hex) of the weights and of the settings that change what they compute. */
  hash: string
  /** sha256 (hex) of tokenizer.json; null without one. */
  tokenizerHash: string | null
  /** The folder's name, for people. */
  name: string
  /** `model_type` of config.json: llama, mistral, qwen2 … */
  architecture: string
  layers: number
  residualWidth: number
  heads: number
  keyValueHeads: number
  headWidth: number
  neurons: number
  vocabularySize: number
  /** Longest sequence the positions allow. */
  maxPositions: number
  parameters: number
}
