/** The kinds of files that vectors of a site are written to, by how their names end. */
import type { OpenActivations } from './activation-writer.ts'
import { openNpyActivations } from './activations-npy.ts'
import { openParquetActivations } from './activations-parquet.ts'

export const activationFiles: Readonly<Record<'.parquet' | '.npy', OpenActivations>> = {
  '.parquet': openParquetActivations,
  '.npy': openNpyActivations,
}
