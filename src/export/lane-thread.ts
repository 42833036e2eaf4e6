/** Makes parts of an export, one at a time, with a connection of its own to the database (lanes.ts). */
import { parentPort, workerData } from 'node:worker_threads'
import type pg from 'pg'
import { isUserError, type UserErrorCode } from '../errors.ts'
import { connect } from '../postgres/connect.ts'
import { makePart, type PartPlace } from './make-part.ts'
import type { Part } from './part.ts'

export interface LaneData {
  url: string
  /** Of the transaction that planned the export (pg_export_snapshot). */
  snapshot: string
  place: PartPlace
  lane: number
}

export type LaneMessage = { kind: 'make'; part: Part } | { kind: 'stop' }

export type LaneReply = { kind: 'made' } | { kind: 'refused'; code: UserErrorCode; message: string } | { kind: 'failed'; message: string }

if (parentPort === null) throw new Error('lane-thread is a thread of its own')
const port = parentPort
const { url, snapshot, place, lane } = workerData as LaneData
const stopping = new AbortController()

const ready = begin()
// Said where a part is asked for.
ready.catch(() => undefined)

async function begin(): Promise<pg.Client> {
  const client = await connect(url)
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await client.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`)
    return client
  } catch (error) {
    await client.end()
    throw error
  }
}

async function make(part: Part): Promise<LaneReply> {
  try {
    await makePart(await ready, place, part, lane, stopping.signal)
    return { kind: 'made' }
  } catch (error) {
    if (isUserError(error)) return { kind: 'refused', code: error.code, message: error.message }
    return { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

let last: Promise<unknown> = Promise.resolve()

port.on('message', (message: LaneMessage) => {
  if (message.kind === 'make') last = make(message.part).then((reply: LaneReply) => port.postMessage(reply))
  else {
    stopping.abort()
    // Whoever waits for an answer gets one first.
    void last.then(() => ready).then((client) => client.end(), () => undefined).finally(() => port.close())
  }
})
