/** Where vectors of a site go, row by row: a file that has its name only when it is whole. */
import type { Site } from '../../src/features/site.ts'

/** The place of one vector. */
export interface ActivationRow {
  /** Place of the prompt in its dataset, from 0. */
  prompt: number
  /** Place of the token in the prompt, from 0. */
  position: number
  tokenId: number
  /** The token as the prompt has it. */
  token: string
}

export interface ActivationWriter {
  /** `values` [rows.length · width], in the order of the rows. */
  append(rows: readonly ActivationRow[], values: Float32Array): Promise<void>
  /** How many rows the file has. */
  finish(): Promise<number>
  /** Leaves no file behind. */
  abandon(): Promise<void>
}

/** `width` numbers a vector. */
export type OpenActivations = (out: string, width: number, site: Site) => Promise<ActivationWriter>
