/** Writes vectors of a site row by row to a file, which gets its name only when it is complete. */
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
  /** Completes the file, and returns how many rows it has. */
  finish(): Promise<number>
  /** Leaves no file behind. */
  abandon(): Promise<void>
}

/** `width` numbers a vector. */
export type OpenActivations = (out: string, width: number, site: Site) => Promise<ActivationWriter>
