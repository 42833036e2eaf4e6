/** The kinds of files for vectors of a site, by the ending of their names. */
import type { OpenActivations } from './activation-writer.ts'
import { openNpyActivations } from './activations-npy.ts'
import { openParquetActivations } from './activations-parquet.ts'

export const activationFiles: Readonly<Record<'.parquet' | '.npy', OpenActivations>> = {
  '.parquet': openParquetActivations,
  '.npy': openNpyActivations,
}
