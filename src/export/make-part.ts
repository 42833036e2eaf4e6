/** Makes one part of an export: fetches it from the database, converts it, and moves the whole file to its place. */
import fs from 'node:fs'
import path from 'node:path'
import type pg from 'pg'
import { UserError } from '../errors.ts'
import { convertPart } from './convert.ts'
import { fetchPart } from './fetch.ts'
import { kinds } from './kinds/kinds.ts'
import type { Part } from './part.ts'
import type { ExportRequest } from './request.ts'
import type { ExportTable } from './table.ts'

/** The subfolder of an unfinished export in which files are made. */
export const UNFINISHED = '.unfinished'

export interface PartPlace {
  /** The folder of the whole export. */
  folder: string
  request: ExportRequest
}

export function tableOf({ what }: ExportRequest, { table }: Part): ExportTable {
  const found = kinds[what].tables[table]
  if (!found) throw new Error(`${what} has no table ${table}`)
  return found
}

export function placeOf({ folder, request }: PartPlace, { table, model, folder: below, number }: Part): string {
  const isOneOfSeveral = Object.keys(kinds[request.what].tables).length > 1
  return path.join(
    folder, ...(isOneOfSeveral ? [table] : []), `model=${model}`, ...(below ? [`${below.column}=${below.value}`] : []),
    `part-${String(number).padStart(4, '0')}.${request.format}`,
  )
}

/**
 * `client` is within the transaction whose snapshot all parts share; `lane` distinguishes parts that are made at the
 * same time.
 */
export async function makePart(client: pg.ClientBase, place: PartPlace, part: Part, lane: number, signal?: AbortSignal): Promise<void> {
  const { folder, request } = place
  signal?.throwIfAborted()
  const temporary = path.join(path.resolve(folder), UNFINISHED, `${process.pid}-${lane}`)
  fs.rmSync(temporary, { recursive: true, force: true })
  fs.mkdirSync(temporary, { recursive: true })
  const fetched = await fetchPart(client, tableOf(request, part), part, temporary, signal)
  signal?.throwIfAborted()
  const out = path.join(temporary, `out.${request.format}`)
  const rows = await convertPart({ format: request.format, part, fetched, out, withPartition: request.format !== 'parquet' })
  const target = placeOf(place, part)
  if (rows !== part.rows)
    throw new UserError(
      'NOT_FOUND',
      `${path.relative(folder, target)} had ${part.rows} rows when the export was begun and has ${rows} now: what it names was removed from ` +
        `the database. Remove ${folder} and export again.`,
    )
  fs.mkdirSync(path.dirname(target), { recursive: true })
  syncFile(out)
  fs.renameSync(out, target)
  fs.rmSync(temporary, { recursive: true, force: true })
}

/** When this returns, the written data is on the disk. */
export function syncFile(file: string): void {
  const descriptor = fs.openSync(file, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}
