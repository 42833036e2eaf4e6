/** The pattern of a head in a terminal: a row for each query, a column for each key. */
import { bold, dim } from './colour.ts'
import type { HeadDocument } from './head-document.ts'
import { duration, percent } from './numbers.ts'
import { table, type Cell } from './table.ts'
import { tokenName } from './visible.ts'

/** What `tributary attribute --attention --pattern --json` prints. */
export interface PatternDocument extends HeadDocument {
  /** [N][N]: a row for each query, in it the attention to each key; 0 behind the query. */
  rows: number[][]
  milliseconds: number
}

export function renderPattern({ tokens, layer, head, rows, model, engine, milliseconds }: PatternDocument, colour: boolean): string {
  const title = `head ${layer}.${head}, query by key`
  const names = tokens.map((token) => `${token.index} ${tokenName(token)}`)
  const cells = rows.map((row, query): Cell[] => [
    names[query]!, ...row.map((attention, key): Cell => ({ digits: key > query ? '' : percent(attention) })),
  ])
  const closing = `${model} · ${engine} · ${duration(milliseconds)}`
  return [colour ? bold(title) : title, table(['query', ...names], cells).trimEnd(), colour ? dim(closing) : closing].join('\n\n') + '\n'
}
