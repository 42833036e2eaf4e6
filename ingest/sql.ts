/** One statement that reads, printed for people or programs. */
import { resolveConfig } from '../src/config.ts'
import { UserError } from '../src/errors.ts'
import { type Column, readOnlyQuery, type Rows } from '../src/store/index.ts'
import type { SqlFlags } from './commands/sql.ts'
import type { CliContext } from './context.ts'
import { wholeNumber } from './flags.ts'
import { withStore } from './store.ts'
import { table } from './terminal/table.ts'
import { visible } from './terminal/visible.ts'

const DEFAULT_TIMEOUT_SECONDS = '60'
/** Above this a table is not read but scrolled past, and its widths need all of it. */
const MOST_TABLE_ROWS = 1000

export const readTimeoutMs = (seconds: string = DEFAULT_TIMEOUT_SECONDS): number =>
  wholeNumber('--timeout', seconds, { least: 1 }) * 1000

export async function sql(statement: string, { json, csv, timeout }: SqlFlags, context: CliContext): Promise<void> {
  if (json && csv) throw new UserError('BAD_INPUT', 'Both --json and --csv were given; give one of them.')
  const timeoutMs = readTimeoutMs(timeout)
  const write = json ? writeJson : csv ? writeCsv : writeTable
  await withStore(resolveConfig({}, context.environment), (store) =>
    write(readOnlyQuery(store, statement, { timeoutMs }), context),
  )
}

async function writeTable(portions: AsyncIterable<Rows>, context: CliContext): Promise<void> {
  let columns: readonly Column[] = []
  const cells: (string | number)[][] = []
  let isCut = false
  for await (const portion of portions) {
    columns = portion.columns
    const room = MOST_TABLE_ROWS - cells.length
    isCut = portion.rows.length > room
    cells.push(...portion.rows.slice(0, room).map((row) => row.map((value, i) => cellOf(value, columns[i]))))
    if (isCut) break
  }
  context.print(table(columns.map(({ name }) => name), cells))
  if (isCut) context.say(`There are more than these ${MOST_TABLE_ROWS} rows; --csv and --json print all.\n`)
}

function cellOf(value: string | null, column: Column | undefined): string | number {
  if (value === null) return ''
  return column?.isNumeric ? Number(value) : visible(value)
}

async function writeCsv(portions: AsyncIterable<Rows>, context: CliContext): Promise<void> {
  let isFirst = true
  for await (const { columns, rows } of portions) {
    if (isFirst) context.print(`${columns.map(({ name }) => csvCell(name)).join(',')}\n`)
    isFirst = false
    context.print(rows.map((row) => `${row.map(csvCell).join(',')}\n`).join(''))
  }
}

/** RFC 4180; null is empty, and the empty text is quoted. */
function csvCell(value: string | null): string {
  if (value === null) return ''
  return value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

async function writeJson(portions: AsyncIterable<Rows>, context: CliContext): Promise<void> {
  let separator = '['
  for await (const { columns, rows } of portions) {
    for (const row of rows) {
      const entries = columns.map((column, i) => [column.name, jsonOf(row[i] ?? null, column)])
      context.print(`${separator}${JSON.stringify(Object.fromEntries(entries))}`)
      separator = ',\n'
    }
  }
  context.print(separator === '[' ? '[]\n' : ']\n')
}

function jsonOf(text: string | null, { isNumeric, isJson, isBoolean }: Column): unknown {
  if (text === null) return null
  if (isJson) return JSON.parse(text)
  if (isBoolean) return text === 't'
  if (!isNumeric) return text
  const number = Number(text)
  // NaN, infinity, and whole numbers that JavaScript would round stay as Postgres writes them.
  return Number.isFinite(number) && (Number.isSafeInteger(number) || !/^-?\d+$/.test(text)) ? number : text
}
