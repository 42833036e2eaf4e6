/** Training state on disk, so that an interruption loses little. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { workFolder } from '../paths.ts'
import type { TrainingState } from './trainer.ts'

const file = join(workFolder, 'checkpoint.bin')

/** [step, vector, first, second] as float32; the step is exact under 2²⁴. */
export async function saveCheckpoint({ step, vector, first, second }: TrainingState): Promise<void> {
  await mkdir(workFolder, { recursive: true })
  const all = new Float32Array(1 + 3 * vector.length)
  all[0] = step
  all.set(vector, 1)
  all.set(first, 1 + vector.length)
  all.set(second, 1 + 2 * vector.length)
  await writeFile(`${file}.new`, new Uint8Array(all.buffer))
  await rename(`${file}.new`, file)
}

export async function readCheckpoint(P: number): Promise<TrainingState | null> {
  const bytes = await readFile(file).catch(() => null)
  if (bytes === null || bytes.byteLength !== 4 * (1 + 3 * P)) return null
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  return {
    step: all[0]!, vector: all.slice(1, 1 + P), first: all.slice(1 + P, 1 + 2 * P), second: all.slice(1 + 2 * P),
  }
}
