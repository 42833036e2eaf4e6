/**
 * Results of runs, features and graphs, out of the store into files for DuckDB, pandas, Polars or Spark:
 * OUT/model=…/run_id=…/part-0000.parquet, or OUT/TABLE/model=…/… where there are several tables (`kinds`, a file each).
 *
 * 1. In one snapshot of the database the export is planned (`plan.ts`), and the plan is written to OUT/.unfinished.
 * 2. Each part is fetched (`fetch.ts`), converted (`convert.ts`) and moved to its place. The next is fetched meanwhile.
 * 3. When all parts are there, OUT/_export.json says what they are, and .unfinished goes.
 *
 * An export that was interrupted is gone on with by asking for it again: parts that are in their place stay as they are.
 */
import fs from 'node:fs'
import path from 'node:path'
import type pg from 'pg'
import { UserError } from '../errors.ts'
import { canonicalJson } from '../hash.ts'
import { connect } from '../postgres/connect.ts'
import { convertPart } from './convert.ts'
import { fetchPart, type Fetched } from './fetch.ts'
import { kinds } from './kinds/kinds.ts'
import type { Part } from './part.ts'
import { checkUnchanged, planExport, planSchema, type Plan } from './plan.ts'
import type { ExportRequest } from './request.ts'
import type { ExportTable } from './table.ts'

const UNFINISHED = '.unfinished'
const PLAN = 'plan.json'
/** Names that begin with _ are skipped by readers that take a folder as one table. */
const MANIFEST = '_export.json'
const MANIFEST_FORMAT = 'tributary-export-1'

export interface ExportProgress {
  rows: number
  totalRows: number
}

export interface ExportSummary {
  rows: number
  bytes: number
  files: number
  takenAt: string
  /** Files that an earlier attempt had finished. */
  kept: number
}

interface ExportOptions {
  signal?: AbortSignal
  onProgress?: (progress: ExportProgress) => void
}

/** Refuses (BAD_INPUT) a folder with other content, and (NOT_FOUND) names that the store does not have. */
export async function exportTo(url: string, folder: string, request: ExportRequest, { signal, onProgress }: ExportOptions = {}): Promise<ExportSummary> {
  const client = await connect(url)
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const begun = await readPlan(folder, request)
    if (begun) await checkUnchanged(client, begun, folder)
    const plan = begun ?? (await begin(client, folder, request))
    const open = plan.parts.filter((part) => !fs.existsSync(placeOf(folder, plan, part)))
    const totalRows = sum(plan.parts)
    let rows = totalRows - sum(open)
    onProgress?.({ rows, totalRows })
    for await (const { part, fetched, temporary } of fetchedParts(client, plan, folder, open, signal)) {
      await finish(plan, folder, part, fetched, temporary)
      rows += part.rows
      onProgress?.({ rows, totalRows })
    }
    return await conclude(folder, plan, plan.parts.length - open.length)
  } finally {
    await client.end()
  }
}

const sum = (parts: readonly Part[]) => parts.reduce((total, { rows }) => total + rows, 0)

function placeOf(folder: string, { request }: Plan, { table, model, folder: below, number }: Part): string {
  const isOneOfSeveral = Object.keys(kinds[request.what].tables).length > 1
  return path.join(
    folder, ...(isOneOfSeveral ? [table] : []), `model=${model}`, ...(below ? [`${below.column}=${below.value}`] : []),
    `part-${String(number).padStart(4, '0')}.${request.format}`,
  )
}

function tableOf({ what }: ExportRequest, { table }: Part): ExportTable {
  const found = kinds[what].tables[table]
  if (!found) throw new Error(`${what} has no table ${table}`)
  return found
}

/** The plan of an earlier attempt in this folder; null if there was none. */
async function readPlan(folder: string, request: ExportRequest): Promise<Plan | null> {
  if (!fs.existsSync(folder)) return null
  const file = path.join(folder, UNFINISHED, PLAN)
  if (!fs.existsSync(file)) {
    const strange = fs.readdirSync(folder).filter((name) => name !== UNFINISHED)
    if (strange.length === 0) return null
    throw new UserError('BAD_INPUT', `${folder} holds ${strange[0]} already; choose a folder that does not exist, or an empty one.`)
  }
  const plan = planSchema.safeParse(JSON.parse(fs.readFileSync(file, 'utf8')))
  if (!plan.success) throw new UserError('BAD_INPUT', `${file} is not the plan of an export of this version; remove ${folder} and export again.`)
  if (canonicalJson(plan.data.request) !== canonicalJson(request))
    throw new UserError(
      'BAD_INPUT',
      `${folder} holds an unfinished export of something else (${JSON.stringify(plan.data.request)}); ask for that, or choose another folder.`,
    )
  return plan.data
}

async function begin(client: pg.ClientBase, folder: string, request: ExportRequest): Promise<Plan> {
  const plan = await planExport(client, request)
  fs.mkdirSync(path.join(folder, UNFINISHED), { recursive: true })
  writeWhole(path.join(folder, UNFINISHED, PLAN), JSON.stringify(plan))
  return plan
}

interface FetchedPart {
  part: Part
  fetched: Fetched
  temporary: string
}

/** Part after part, each fetched while the one before is converted. */
async function* fetchedParts(
  client: pg.ClientBase, plan: Plan, folder: string, parts: readonly Part[], signal?: AbortSignal,
): AsyncGenerator<FetchedPart> {
  const fetchNext = async (part: Part, slot: number): Promise<FetchedPart> => {
    signal?.throwIfAborted()
    const temporary = path.join(path.resolve(folder), UNFINISHED, `${process.pid}-${slot}`)
    fs.rmSync(temporary, { recursive: true, force: true })
    fs.mkdirSync(temporary, { recursive: true })
    return { part, temporary, fetched: await fetchPart(client, tableOf(plan.request, part), part, temporary, signal) }
  }
  let next = parts[0] && fetchNext(parts[0], 0)
  for (let i = 0; next; i++) {
    const current = await next
    const following = parts[i + 1]
    next = following && fetchNext(following, (i + 1) % 2)
    // Awaited in the next round; until then a failure is nobody's.
    next?.catch(() => undefined)
    yield current
  }
}

async function finish(plan: Plan, folder: string, part: Part, fetched: Fetched, temporary: string): Promise<void> {
  const { request } = plan
  const out = path.join(temporary, `out.${request.format}`)
  const withPartition = request.format !== 'parquet'
  const rows = await convertPart({ format: request.format, part, fetched, out, withPartition })
  const place = placeOf(folder, plan, part)
  if (rows !== part.rows)
    throw new UserError(
      'NOT_FOUND',
      `${path.relative(folder, place)} had ${part.rows} rows when the export was begun and has ${rows} now: what it names was removed from ` +
        `the database. Remove ${folder} and export again.`,
    )
  fs.mkdirSync(path.dirname(place), { recursive: true })
  syncFile(out)
  fs.renameSync(out, place)
  fs.rmSync(temporary, { recursive: true, force: true })
}

async function conclude(folder: string, plan: Plan, kept: number): Promise<ExportSummary> {
  const files = plan.parts.map((part) => ({ part, place: placeOf(folder, plan, part) }))
  const listed = files.map(({ part, place }) => ({
    file: path.relative(folder, place), table: part.table, model: part.model, ...describeFolder(part), rows: part.rows, bytes: fs.statSync(place).size,
  }))
  writeWhole(path.join(folder, MANIFEST), `${JSON.stringify({ format: MANIFEST_FORMAT, request: plan.request, takenAt: plan.takenAt, files: listed }, null, 2)}\n`)
  fs.rmSync(path.join(folder, UNFINISHED), { recursive: true, force: true })
  return { rows: sum(plan.parts), bytes: listed.reduce((total, { bytes }) => total + bytes, 0), files: listed.length, takenAt: plan.takenAt, kept }
}

/** A run and its number of prompts, or a feature set and its number of features. */
function describeFolder({ folder, items }: Part): object {
  if (folder === null) return { graphs: items }
  return folder.column === 'run_id' ? { run: Number(folder.value), prompts: items } : { source: folder.value, features: items }
}

/** Writes the file beside its place and renames it, so there is never half of it, whenever this process ends. */
function writeWhole(file: string, text: string): void {
  const beside = `${file}.${process.pid}`
  fs.writeFileSync(beside, text)
  syncFile(beside)
  fs.renameSync(beside, file)
}

function syncFile(file: string): void {
  const descriptor = fs.openSync(file, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

export interface OneFile {
  /** Which table, if there are several. */
  table?: string
  /** The folder in which the file is made; the caller removes it. */
  temporary: string
  signal?: AbortSignal
  /** Called with the number of rows before they are read. If it throws, the export ends with that error. */
  onPlanned?: (rows: number) => Promise<void>
}

/**
 * An export as one file, for HTTP. Refuses (BAD_INPUT) if a table has to be chosen, and (TOO_LARGE) an export of more than
 * one part.
 */
export async function exportFile(url: string, request: ExportRequest, { table, temporary, signal, onPlanned }: OneFile): Promise<string> {
  const tables = Object.keys(kinds[request.what].tables)
  const chosen = table ?? (tables.length === 1 ? tables[0] : undefined)
  if (chosen === undefined || !tables.includes(chosen))
    throw new UserError('BAD_INPUT', `A file has one table, and ${request.what} has ${tables.join(', ')}; name one with table=${tables[0]}.`)
  const client = await connect(url)
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const plan = await planExport(client, request)
    const parts = plan.parts.filter((each) => each.table === chosen)
    const [part, ...more] = parts
    if (!part) throw new Error(`a plan without ${chosen}`)
    if (more.length > 0)
      throw new UserError(
        'TOO_LARGE',
        `${sum(parts)} rows would be ${parts.length} files, and this answers with one; ${kinds[request.what].narrower}, or use tributary export.`,
      )
    await onPlanned?.(part.rows)
    const fetched = await fetchPart(client, tableOf(request, part), part, temporary, signal)
    const file = path.join(temporary, `out.${request.format}`)
    await convertPart({ format: request.format, part, fetched, out: file, withPartition: true })
    return file
  } finally {
    await client.end()
  }
}
