/** `tributary export`. */
import { resolve } from 'node:path'
import { resolveConfig } from '../../src/config.ts'
import { describeIssues, UserError } from '../../src/errors.ts'
import { exportTo } from '../../src/export/export.ts'
import { checkBelonging, type ExportQuestion, type ExportRequest, exportRequestSchema } from '../../src/export/request.ts'
import type { CliContext } from '../context.ts'
import { withDatabase } from '../store.ts'
import { duration } from '../terminal/numbers.ts'

interface ExportFlags extends Pick<ExportQuestion, 'what' | 'format'> {
  model?: string | undefined
  dataset?: string | undefined
  run?: number[] | undefined
  sae?: string[] | undefined
  graph?: string[] | undefined
}

const FLAGS = { model: '--model', dataset: '--dataset', runs: '--run', sources: '--sae', graphs: '--graph' } as const

function readRequest({ run, sae, graph, ...said }: ExportFlags): ExportRequest {
  const runs = run && [...new Set(run)].sort((a, b) => a - b)
  const asked = { ...said, ...(runs && { runs }), ...(sae && { sources: [...new Set(sae)].sort() }), ...(graph && { graphs: [...new Set(graph)].sort() }) }
  const read = exportRequestSchema.safeParse(asked)
  if (!read.success) throw new UserError('BAD_INPUT', `The export cannot be read: ${describeIssues(read.error, asked)}.`)
  return checkBelonging(read.data, FLAGS)
}

export async function exportInto(folder: string, flags: ExportFlags, context: CliContext): Promise<void> {
  const request = readRequest(flags)
  const out = resolve(folder)
  const began = performance.now()
  const { signal } = context
  const summary = await withDatabase(resolveConfig({}, context.environment), (url) =>
    exportTo(url, out, request, {
      signal,
      onProgress: ({ rows, totalRows }) => context.say(`${rows.toLocaleString('en')} of ${totalRows.toLocaleString('en')} rows\n`),
    }),
  )
  const { rows, files, bytes, takenAt, kept } = summary
  const megabytes = (bytes / 1e6).toFixed(1)
  const before = kept > 0 ? `, ${kept} of them by an earlier attempt` : ''
  context.print(
    `Exported ${rows.toLocaleString('en')} rows to ${out}: ${files} ${files === 1 ? 'file' : 'files'}${before}, ${megabytes} MB, as of ${takenAt}, in ${duration(performance.now() - began)}.\n`,
  )
}
