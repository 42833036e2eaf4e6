/** A row per component of every result of a run, as in the view `attribution_readable`. */
import { PART_ROWS } from '../part.ts'
import type { ExportKind } from '../table.ts'
import { contributionColumns } from './contribution-columns.ts'
import { fetchContributions } from './contribution-rows.ts'
import { NARROWER, NO_RESULTS, planRuns } from './run-parts.ts'

export const contributions: ExportKind = {
  tables: { contributions: { gather: async (client, part, signal) => contributionColumns(await fetchContributions(client, part, signal)) } },
  plan: (client, request) =>
    planRuns(client, request, { table: 'contributions', weight: ({ stored }) => stored, rows: ({ stored }) => stored, most: PART_ROWS }),
  nothing: NO_RESULTS,
  narrower: NARROWER,
}
