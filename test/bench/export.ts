/**
 * Speed of exports: each kind and format in rows a second, beside what it is built on and what it is instead of: a bare COPY
 * of the rows, and a COPY of the view that has everything. Prints a table, then JSON; `npm run bench -- export [ROWS]`. Other
 * programs that run at the same time are in what the clock says: compare the ratios, or rows by processor second.
 */
import { chmodSync, createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { exportTo } from '../../src/export/export.ts'
import { exportFormats, type ExportQuestion, exportRequestSchema } from '../../src/export/request.ts'
import { openDatabase } from '../../src/postgres/open.ts'
import { addModel, openStore } from '../../src/store/index.ts'
import { identity } from '../store/fixtures.ts'
import { SHAPE, seedRuns } from './export-seed.ts'
import { seedFeatureSet } from './lookup-seed.ts'
import { watchMachine } from './machine.ts'
import { measured } from './usage.ts'

const CONTRIBUTIONS = Number(process.argv[3] ?? 1_000_000)
/** Of the set whose features and examples are exported. */
const F = 1024
/** Rows of the view that are read; it is slow. */
const OF_THE_VIEW = 50_000
const REPETITIONS = 3
const SETTLE_MS = 500
/** Of what is printed. */
const COLUMN = 20

const say = (text: string) => void process.stderr.write(`${text}\n`)
const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)

async function main(): Promise<void> {
  const machine = watchMachine()
  const home = mkdtempSync(path.join(os.tmpdir(), 'tributary-bench-export-'))
  chmodSync(home, 0o755)
  const database = await openDatabase({ home })
  const store = openStore(database.url, { connections: 2 })
  const client = new pg.Client({ connectionString: database.url })
  try {
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    postmaster = Number(statOf(String(rows[0]?.pid))?.[PARENT])
    say('filling the store …')
    const { model } = await addModel(store, { identity: identity({ vocabularySize: 100_000, name: 'bench', ...SHAPE }), config: {} })
    const runs = await seedRuns(store, model, CONTRIBUTIONS)
    await seedFeatureSet(store, model, F)
    await store.query('VACUUM ANALYZE')
    const exported = (question: ExportQuestion) => bestOf(() => exportOnce(database.url, home, question))
    const copied = (sql: string) => bestOf(() => copyOnce(client, path.join(home, 'copied'), sql))
    const kinds: [string, ExportQuestion][] = [
      ...runs.map(({ by, run }): [string, ExportQuestion] => [`contributions by ${by}`, { runs: [run] }]),
      ...(['attributions', 'features', 'examples'] as const).map((what): [string, ExportQuestion] => [what, { what }]),
    ]
    const speeds: Record<string, Record<string, Speed>> = {}
    say(`rows/s, and rows of one processor's second${' '.repeat(9)}${exportFormats.map((format) => format.padStart(COLUMN)).join('')}`)
    for (const [kind, question] of kinds) {
      const ofKind: Record<string, Speed> = {}
      for (const format of exportFormats) ofKind[format] = await exported({ ...question, format })
      speeds[kind] = ofKind
      say(`${kind.padEnd(50)}${exportFormats.map((format) => inWords(ofKind[format]!).padStart(COLUMN)).join('')}`)
    }
    say('beside a bare COPY and the view …')
    const beside: Record<string, unknown> = {}
    for (const { run, by, prompts, rows } of runs) {
      const bare = await copied(`SELECT c.* FROM run_item i JOIN contribution c ON c.result_id = i.result_id AND c.model_id = ${model.id} WHERE i.run_id = ${run}`)
      const few = Math.max(1, Math.ceil(OF_THE_VIEW / (rows / prompts)))
      const view = await copied(`SELECT * FROM attribution_readable WHERE run_id = ${run} AND prompt_index < ${few}`)
      beside[by] = { prompts, rows, bareCopy: bare, view, ratioToBareCopy: speeds[`contributions by ${by}`]!['parquet']!.rowsPerSecond / bare.rowsPerSecond }
    }
    console.log(JSON.stringify({ machine: machine(), speeds, beside }, rounded, 2))
  } finally {
    await client.end()
    await store.close()
    await database.close()
    rmSync(home, { recursive: true, force: true })
  }
}

interface Speed {
  rows: number
  rowsPerSecond: number
  seconds: number
  /** Of this process, and of PostgreSQL's (null where the system does not tell): other programs do not count in these. */
  processorSeconds: number
  postgresSeconds: number | null
  /** Rows that one processor would make in a second. */
  rowsPerProcessorSecond: number | null
  bytesPerRow: number
}

const inWords = ({ rowsPerSecond, rowsPerProcessorSecond }: Speed): string =>
  [rowsPerSecond, rowsPerProcessorSecond].map((rate) => (rate === null ? '?' : Math.round(rate).toLocaleString('en'))).join(', ')

async function bestOf(once: () => Promise<Speed>): Promise<Speed> {
  let best: Speed | undefined
  for (let i = 0; i < REPETITIONS; i++) {
    const speed = await once()
    if (!best || speed.seconds < best.seconds) best = speed
  }
  return best!
}

async function exportOnce(url: string, home: string, question: ExportQuestion): Promise<Speed> {
  const folder = path.join(home, 'out')
  rmSync(folder, { recursive: true, force: true })
  let summary = { rows: 0, bytes: 0 }
  return speedOf(
    async () => void (summary = await exportTo(url, folder, exportRequestSchema.parse(question))), () => summary)
}

async function copyOnce(client: pg.Client, file: string, sql: string): Promise<Speed> {
  const copying = client.query(copyTo(`COPY (${sql}) TO STDOUT (FORMAT csv)`))
  let bytes = 0
  copying.on('data', (chunk: Buffer) => (bytes += chunk.length))
  return speedOf(() => pipeline(copying, createWriteStream(file)), () => ({ rows: copying.rowCount ?? 0, bytes }))
}

async function speedOf(action: () => Promise<void>, made: () => { rows: number; bytes: number }): Promise<Speed> {
  const before = postgresSeconds()
  const { seconds, userSeconds, systemSeconds } = await measured(action)
  // A process of PostgreSQL ends some time after its connection.
  await sleep(SETTLE_MS)
  const after = postgresSeconds()
  const { rows, bytes } = made()
  const own = userSeconds + systemSeconds
  const theirs = before === null || after === null ? null : after - before
  return {
    rows, rowsPerSecond: rows / seconds, seconds, processorSeconds: own, postgresSeconds: theirs,
    rowsPerProcessorSecond: theirs === null ? null : rows / (own + theirs), bytesPerRow: bytes / rows,
  }
}

let postmaster: number | undefined

/** Of the postmaster and all that it has started, also what has ended; null outside Linux. */
function postgresSeconds(): number | null {
  if (postmaster === undefined || os.platform() !== 'linux') return null
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    const fields = statOf(pid)
    return fields && (Number(pid) === postmaster || Number(fields[PARENT]) === postmaster) ? [{ pid: Number(pid), fields }] : []
  })
  const ticks = (fields: readonly string[], columns: readonly number[]) => columns.reduce((sum, at) => sum + Number(fields[at]), 0)
  return processes.reduce((sum, { pid, fields }) => sum + ticks(fields, pid === postmaster ? [...OWN, ...ENDED] : OWN), 0) / TICKS_PER_SECOND
}

/** Columns of /proc/PID/stat behind the name of the program. */
const [PARENT, OWN, ENDED] = [1, [11, 12], [13, 14]]
const TICKS_PER_SECOND = 100

function statOf(pid: string): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
  } catch {
    // It has ended.
    return null
  }
}

await main()
