/** Where the demo's files are. */
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export const modelFolder = here('model/')
export const saeFolder = here('saes/')
export const dataFolder = here('data/')
/** Vectors of the examples, as files that `tributary attribute` reads. */
export const vectorFolder = here('vectors/')
/** Checkpoints and logs; not committed. */
export const workFolder = here('.work/')
