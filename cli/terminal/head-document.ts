/** What every answer about an attention head begins with, as `--json` prints it. */
import type { DocumentToken } from '../../src/tokenizer/document-tokens.ts'

export interface HeadDocument {
  /** The id the model was added with, or its folder's name. */
  model: string
  modelHash: string
  engine: string
  tokens: DocumentToken[]
  layer: number
  head: number
}
