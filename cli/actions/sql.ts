/** One statement that reads, printed for people or programs. */
import { resolveConfig } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { type Column, readOnlyQuery, type Rows } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { wholeNumber } from '../flags.ts'
import { withStore } from '../store.ts'
import { type Cell, table } from '../terminal/table.ts'
import { visible } from '../terminal/visible.ts'

const DEFAULT_TIMEOUT_SECONDS = '60'
/** More rows would only be scrolled past, and the widths of the columns need all rows in memory. */
const MOST_TABLE_ROWS = 1000

export const readTimeoutMs = (seconds: string = DEFAULT_TIMEOUT_SECONDS): number =>
  wholeNumber('--timeout', seconds, { least: 1 }) * 1000

interface SqlFlags {
  json: boolean
  csv: boolean
  /** Seconds, as typed. */
  timeout?: string | undefined
}

export async function sql(statement: string, { json, csv, timeout }: SqlFlags, context: CliContext): Promise<void> {
  if (json && csv) throw new UserError('BAD_INPUT', 'Both --json and --csv were given; give one of them.')
  const timeoutMs = readTimeoutMs(timeout)
  const { signal } = context
  const warn = (sentence: string) => context.say(`${sentence}\n`)
  const write = json ? writeJson : csv ? writeCsv : writeTable
  await withStore(resolveConfig({}, context.environment), (store) =>
    write(readOnlyQuery(store, statement, { timeoutMs, signal, warn }), context),
  )
}

async function writeTable(portions: AsyncIterable<Rows>, context: CliContext): Promise<void> {
  let columns: readonly Column[] = []
  const cells: Cell[][] = []
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

function cellOf(value: string | null, column: Column | undefined): Cell {
  if (value === null) return ''
  return column?.isNumeric ? { digits: value } : visible(value)
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
  let names: string[] | undefined
  let separator = '['
  for await (const { columns, rows } of portions) {
    names ??= distinctNames(columns, context)
    for (const row of rows) {
      const entries = columns.map((column, i) => `${JSON.stringify(names?.[i])}:${jsonOf(row[i] ?? null, column)}`)
      context.print(`${separator}{${entries.join(',')}}`)
      separator = ',\n'
    }
  }
  context.print(separator === '[' ? '[]\n' : ']\n')
}

/** An object can hold a name only once, so the second `id` becomes `id_2`, unless a column already has that name. */
function distinctNames(columns: readonly Column[], context: CliContext): string[] {
  const taken = new Set(columns.map(({ name }) => name))
  const seen = new Set<string>()
  return columns.map(({ name }) => {
    if (!seen.has(name)) {
      seen.add(name)
      return name
    }
    let count = 2
    while (taken.has(`${name}_${count}`)) count++
    const other = `${name}_${count}`
    taken.add(other)
    context.say(`Two columns are called ${name}; the later one is ${other} here. AS gives it a name of its own.\n`)
    return other
  })
}

/**
 * A value as JSON. Text of Postgres that is JSON already stays as it is, so no value passes through a JavaScript
 * number.
 */
function jsonOf(text: string | null, { isNumeric, isJson, isBoolean }: Column): string {
  if (text === null) return 'null'
  if (isJson) return text
  if (isBoolean) return text === 't' ? 'true' : 'false'
  return isNumeric && isJsonNumber(text) ? text : JSON.stringify(text)
}

/** False for NaN, infinity, and whole numbers that most readers of JSON would round. */
const isJsonNumber = (text: string): boolean =>
  Number.isFinite(Number(text)) && (Number.isSafeInteger(Number(text)) || !/^-?\d+$/.test(text))
