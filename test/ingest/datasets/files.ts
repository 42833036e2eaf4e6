/** Dataset files that live as long as one test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export function datasetFile(content: string | Uint8Array, name = 'set.json'): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-dataset-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
