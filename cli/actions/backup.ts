/** `tributary backup` and `tributary restore`. */
import { resolve } from 'node:path'
import { resolveConfig } from '../../src/config.ts'
import { backup, type Manifest, restore } from '../../src/store/backup.ts'
import type { CliContext } from '../context.ts'
import { withDatabase } from '../store.ts'

export async function backUp(folder: string, context: CliContext): Promise<void> {
  const manifest = await withDatabase(resolveConfig({}, context.environment), (url) => backup(url, resolve(folder), context.signal))
  context.print(`Backed up to ${resolve(folder)}: ${contents(manifest)}.\n`)
}

export async function restoreFrom(folder: string, context: CliContext): Promise<void> {
  const manifest = await withDatabase(resolveConfig({}, context.environment), (url) => restore(url, resolve(folder)))
  context.print(`Restored ${contents(manifest)}, as of ${manifest.takenAt}; check with tributary verify.\n`)
}

function contents({ tables }: Manifest): string {
  const shown = { model: 'models', dataset: 'datasets', result: 'results', contribution: 'contributions' }
  const rowsOf = (table: string) => tables.find(({ name }) => name === table)?.rows ?? 0
  return Object.entries(shown).map(([table, name]) => `${rowsOf(table).toLocaleString('en')} ${name}`).join(', ')
}
