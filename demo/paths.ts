/** Where the demo's files are. */
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export const modelFolder = here('model/')
export const saeFolder = here('saes/')
export const dataFolder = here('data/')
/** Checkpoints and logs; not committed. */
export const workFolder = here('.work/')
