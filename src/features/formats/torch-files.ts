/** Finds a folder's .pt files that belong to a format. Each is opened, because names say little. */
import { join } from 'node:path'
import { openTorch, type TorchFile } from '../files/torch.ts'
import type { Place } from './format.ts'

/** A release has one file per layer; a folder with more files than this is something else. */
const MAX_FILES = 500

/**
 * Names of the files that pass `test`, in numerical order. A file that cannot be read is an error: if it were skipped,
 * the folder would look like one with fewer sets.
 */
export async function torchFiles(place: Place, pattern: RegExp, test: (file: TorchFile) => boolean): Promise<string[]> {
  const names = [...place.files]
    .filter((name) => pattern.test(name) && (place.file === null || name === place.file))
    .slice(0, MAX_FILES)
  const found: string[] = []
  for (const name of names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))) {
    if (test(await openTorch(join(place.dir, name)))) found.push(name)
  }
  return found
}
