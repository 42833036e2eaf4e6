/** A dataset file goes into the database, whole or (when the user says so) without its broken records. */
import { basename, extname } from 'node:path'
import { resolveConfig } from '../../src/config.ts'
import { addDataset } from '../../src/store/datasets.ts'
import { slugFrom } from '../../src/store/slug.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import type { FormatName } from './formats/format.ts'
import { readDataset, requireWhole } from './read.ts'
import { describeBroken, type BrokenRecord } from './record.ts'

interface AddDatasetFlags {
  format?: FormatName
  id?: string
  skipBroken: boolean
}

/** Enough to see the pattern; a file of another format may have thousands. */
const REPORTED_RECORDS = 20

export async function addDatasetFile(file: string, flags: AddDatasetFlags, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  const read = await readDataset(file, flags.format ? { format: flags.format } : {})
  report(read.broken, context)
  const name = basename(file)
  requireWhole(read, name, flags)
  const title = basename(file, extname(file))
  const { dataset, added } = await withStore(config, (store) =>
    addDataset(store, {
      slug: flags.id ?? slugFrom(title, 'dataset'),
      title,
      format: read.format,
      prompts: read.records,
    }),
  )
  context.print(
    added
      ? `Added ${dataset.slug}: ${dataset.promptCount} prompts (${read.format}).\n`
      : `The ${dataset.promptCount} prompts of ${name} are there already, as the dataset ${dataset.slug}.\n`,
  )
}

function report(broken: readonly BrokenRecord[], context: CliContext) {
  for (const record of broken.slice(0, REPORTED_RECORDS)) context.say(`${describeBroken(record)}\n`)
  if (broken.length > REPORTED_RECORDS) context.say(`… and ${broken.length - REPORTED_RECORDS} more broken records\n`)
}
