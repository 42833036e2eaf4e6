/** What every answer about an attention head begins with, as `--json` prints it. */
export interface HeadDocument {
  /** The id the model was added with, or its folder's name. */
  model: string
  modelHash: string
  engine: string
  tokens: { index: number; id: number; text: string }[]
  layer: number
  head: number
}
