/** `tributary gc`: removes what nothing needs any more. */
import { resolveConfig } from '../../src/config.ts'
import { collectGarbage, countGarbage, type GarbageKind } from '../../src/store/gc.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'

interface GcFlags {
  /** null: results stay. */
  olderThanDays: number | null
  dryRun: boolean
  json: boolean
}

const NAMES: Record<GarbageKind, string> = {
  results: 'results that no run asked for',
  sequences: 'sequences without results',
  vectors: 'vectors that no result names',
  jobs: 'jobs that ended long ago',
}

export async function gc({ olderThanDays, dryRun, json }: GcFlags, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  const options = { resultsOlderThanDays: olderThanDays }
  const garbage = await withStore(config, (store) => (dryRun ? countGarbage : collectGarbage)(store, options))
  if (json) return context.print(`${JSON.stringify(garbage)}\n`)
  const verb = dryRun ? 'Would remove' : 'Removed'
  const kinds: GarbageKind[] = ['results', 'sequences', 'vectors', 'jobs']
  context.print(kinds.map((kind) => `${verb} ${garbage[kind].toLocaleString('en')} ${NAMES[kind]}.\n`).join(''))
}
