/** One part of an export, from the database to its place below the folder: fetched, converted, and moved there whole. */
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

/** Below the folder of an export, while it is made. */
export const UNFINISHED = '.unfinished'

export interface PartPlace {
  /** Of the whole export. */
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

/** `client` is within the transaction whose snapshot all parts share; `lane` tells apart those that make parts at the same time. */
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

/** What was written is on the disk when this returns. */
export function syncFile(file: string): void {
  const descriptor = fs.openSync(file, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}
