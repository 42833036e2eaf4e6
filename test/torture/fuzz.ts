/**
 * The seeded fuzz: broken files of every kind, each of which must end in success or in one sentence with status 2; without
 * a trace, in time, in bounded memory, and with nothing half-written in the database.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { openStore } from '../../src/store/index.ts'
import { Random } from '../random.ts'
import { makeCase } from './fuzz-kinds.ts'

export interface FuzzOptions {
  seed: number
  /** Cases `from` … `from + count - 1` of the seed. */
  from: number
  count: number
  /** Migrated, and without prompts. */
  databaseUrl: string
  home: string
  /** After this a command hangs. */
  hangMs: number
  memoryBytes: number
}

export interface Finding {
  case: number
  kind: string
  what: string
}

const outcomeSchema = z.object({ status: z.number(), said: z.string(), residentBytes: z.number() })
type Outcome = z.infer<typeof outcomeSchema>

export async function fuzz(options: FuzzOptions): Promise<Finding[]> {
  const { seed, from, count, databaseUrl, home, hangMs, memoryBytes } = options
  const findings: Finding[] = []
  const store = openStore(databaseUrl, { connections: 1 })
  const environment = { DATABASE_URL: databaseUrl, TRIBUTARY_HOME: home }
  let child: ChildProcess | undefined
  try {
    for (let number = from; number < from + count; number++) {
      child ??= await startChild()
      const folder = mkdtempSync(join(tmpdir(), 'tributary-fuzz-'))
      const { kind, args } = makeCase(number, folder, new Random(seed * 1_000_003 + number))
      const outcome = await runCase(child, { args, environment }, hangMs)
      const found = typeof outcome === 'string' ? [outcome] : judge(outcome, memoryBytes)
      if (typeof outcome === 'string' || outcome.residentBytes > memoryBytes) {
        child.kill('SIGKILL')
        child = undefined
      }
      found.push(...(await halfWritten(store)))
      findings.push(...found.map((what) => ({ case: number, kind, what })))
      rmSync(folder, { recursive: true, force: true })
    }
  } finally {
    child?.kill('SIGKILL')
    await store.close()
  }
  return findings
}

async function startChild(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'fuzz-process.ts'), { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  await once(child, 'message')
  return child
}

/** A word instead of an outcome: it hung, or it died. */
async function runCase(child: ChildProcess, message: object, hangMs: number): Promise<Outcome | string> {
  const settled = new AbortController()
  const { signal } = settled
  const answer = once(child, 'message', { signal }).then(([outcome]) => outcomeSchema.parse(outcome))
  const died = once(child, 'exit', { signal }).then(([status, how]) => `the process died (${String(status ?? how)})`)
  const hung = sleep(hangMs, `no answer within ${hangMs / 1000} s`, { signal })
  // What is called off is nobody's concern.
  for (const each of [answer, died, hung]) each.catch(() => undefined)
  child.send(message)
  try {
    return await Promise.race([answer, died, hung])
  } finally {
    settled.abort()
  }
}

function judge({ status, said, residentBytes }: Outcome, memoryBytes: number): string[] {
  const found: string[] = []
  if (status !== 0 && status !== 2) found.push(`status ${status}: ${said.slice(0, 300)}`)
  if (/\n\s+at .*[:(]\d+|Maximum call stack|\[\n {2}\{/.test(said)) found.push(`a trace or a raw list: ${said.slice(0, 300)}`)
  if (status === 2 && !/(^|\n)error: .+\n$/.test(said)) found.push(`no sentence: ${JSON.stringify(said.slice(0, 300))}`)
  if (residentBytes > memoryBytes) found.push(`${Math.round(residentBytes / 2 ** 20)} MiB in use`)
  return found
}

/** Datasets have all the prompts that they say, and no prompt is without its dataset; what was good is taken away again. */
async function halfWritten(store: ReturnType<typeof openStore>): Promise<string[]> {
  const [row] = await store.query<{ partial: number; strays: number }>(
    `SELECT (SELECT count(*)::int FROM dataset d WHERE prompt_count <> (SELECT count(*) FROM prompt WHERE dataset_id = d.id)) AS partial,
       (SELECT count(*)::int FROM model) + (SELECT count(*)::int FROM result) AS strays`,
  )
  await store.query('DELETE FROM dataset')
  return row && row.partial + row.strays > 0 ? [`half-written: ${JSON.stringify(row)}`] : []
}
