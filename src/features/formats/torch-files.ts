/** Which of a folder's .pt files are of a format: each is opened, since names say little. */
import { join } from 'node:path'
import { openTorch, type TorchFile } from '../files/torch.ts'
import type { Place } from './format.ts'

/** A release has a file a layer; a folder with more is something else. */
const MAX_FILES = 500

/**
 * Names of the files, in the order of numbers, that `test` holds of. One that cannot be read is an error: passed over,
 * it would make the folder look like one of fewer sets.
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
