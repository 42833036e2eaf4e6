/** A dataset file goes into the database, whole or (when the user says so) without its broken records. */
import { basename } from 'node:path'
import { resolveConfig } from '../../src/config.ts'
import { isHubAddress } from '../../src/hub/address.ts'
import { addDataset } from '../../src/store/datasets.ts'
import { slugFrom } from '../../src/store/slug.ts'
import type { CliContext } from '../context.ts'
import { fetchDatasetFile } from '../hub.ts'
import { withStore } from '../store.ts'
import { describeMissing } from '../../ingest/datasets/answers-summary.ts'
import type { FormatName } from '../../ingest/datasets/formats/format.ts'
import { openDataset } from '../../ingest/datasets/read.ts'
import { describeBroken } from '../../ingest/datasets/record.ts'
import { TakenPrompts } from '../../ingest/datasets/take.ts'

interface AddDatasetFlags {
  format?: FormatName
  id?: string
  skipBroken: boolean
}

/** `file`: a path, or `hf:datasets/org/name…`, which is fetched into the hub's cache and stays there. */
export async function addDatasetFile(file: string, flags: AddDatasetFlags, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  const { path, title } = isHubAddress(file)
    ? await fetchDatasetFile(file, context)
    : { path: file, title: titleOf(file) }
  const opened = await openDataset(path, flags.format ? { format: flags.format } : {})
  const taken = new TakenPrompts(opened, { skipBroken: flags.skipBroken, signal: context.signal })
  const { dataset, added } = await withStore(config, (store) =>
    addDataset(store, {
      slug: flags.id ?? slugFrom(title, 'dataset'),
      title,
      format: opened.format,
      prompts: () => taken.pages(),
    }),
  ).finally(() => reportBroken(taken, context))
  context.print(
    added
      ? `Added ${dataset.slug}: ${dataset.promptCount} prompts (${opened.format}).\n`
      : `The ${dataset.promptCount} prompts of ${opened.name} are there already, as the dataset ${dataset.slug}.\n`,
  )
  const missing = taken.answers && describeMissing(taken.answers, opened.name)
  if (missing !== null) context.say(`${missing}\n`)
}

/** Without the endings that only name the file's form: `truthful.jsonl.gz` → `truthful`. */
const titleOf = (file: string): string => basename(file).replace(/\.gz$/i, '').replace(/(?<=.)\.[^.]*$/, '')

function reportBroken({ broken, brokenCount }: TakenPrompts, context: CliContext) {
  for (const record of broken) context.say(`${describeBroken(record)}\n`)
  const more = brokenCount - broken.length
  if (more > 0) context.say(`… and ${more} more broken records\n`)
}
