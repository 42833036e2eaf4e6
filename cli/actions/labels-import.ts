/** `tributary labels import`: labels of features from files. */
import { resolveConfig } from '../../src/config.ts'
import { requireFeatureSet } from '../../src/store/index.ts'
import { importLabels, type ImportedLabels } from '../../ingest/labels/import.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'

export interface ImportLabelFiles {
  path: string
  sae: string | undefined
  author: string | undefined
  skipBroken: boolean
}

const SAY_EVERY_MS = 5000
const SHOWN = 10

export async function importLabelFiles(
  { path, sae, author, skipBroken }: ImportLabelFiles,
  context: CliContext,
): Promise<void> {
  await withStore(resolveConfig({}, context.environment), async (store) => {
    const set = sae === undefined ? null : (await requireFeatureSet(store, sae)).set
    let saidAt = performance.now()
    const imported = await importLabels(store, {
      path,
      set,
      author: author ?? null,
      skipBroken,
      signal: context.signal,
      onProgress({ file, files, labels }) {
        if (performance.now() - saidAt < SAY_EVERY_MS) return
        saidAt = performance.now()
        context.say(`${labels.toLocaleString('en')} labels, file ${file} of ${files}\n`)
      },
    })
    report(imported, context)
  })
}

const count = (number: number) => number.toLocaleString('en')

function report({ files, read, added, scored, empty, elsewhere, broken }: ImportedLabels, context: CliContext): void {
  const known = read - added - scored
  const parts = [
    `${count(added)} added`,
    ...(known > 0 ? [`${count(known)} known before`] : []),
    ...(scored > 0 ? [`${count(scored)} scored anew`] : []),
  ]
  context.print(`${count(read)} labels in ${files} file${files === 1 ? '' : 's'}: ${parts.join(', ')}.\n`)
  if (empty > 0) context.say(`${count(empty)} lines have no description.\n`)
  for (const [name, lines] of [...elsewhere].slice(0, SHOWN))
    context.say(`${count(lines)} lines are of ${name}, which is no added set, and were left out.\n`)
  if (elsewhere.size > SHOWN) context.say(`… and of ${elsewhere.size - SHOWN} more sets\n`)
  for (const line of broken.shown) context.say(`${line}\n`)
  if (broken.count > broken.shown.length)
    context.say(`… and ${count(broken.count - broken.shown.length)} more broken lines\n`)
}
