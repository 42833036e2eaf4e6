/**
 * What someone waits who asks while a worker is busy with bulk work: the demo's model, one worker, a server; questions over
 * GraphQL that nobody asked before, first of an idle worker, then during an ingest. Prints JSON; `npm run bench -- busy`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { projectDir } from '../../src/config.ts'
import { openDatabase } from '../../src/postgres/open.ts'
import { openStore } from '../../src/store/index.ts'
import { watchMachine } from './machine.ts'

const QUESTIONS = 60
/** Between two questions, so that the worker gets back to what it was at. */
const PAUSE_MS = 150
const NAMES = ['Mary', 'John', 'Anna', 'Peter', 'Lucy', 'Tom']
const BULK = ['token', 'head', 'neuron'].flatMap((by) => ['1', '2', '3'].map((layer) => ['--by', by, '--layer', layer]))

const answerSchema = z.object({ data: z.object({ attribute: z.object({ completenessError: z.number() }) }) })

async function main(): Promise<void> {
  const machine = watchMachine()
  const home = mkdtempSync(path.join(os.tmpdir(), 'tributary-bench-busy-'))
  chmodSync(home, 0o755)
  const database = await openDatabase({ home })
  const store = openStore(database.url, { connections: 1 })
  const children: ChildProcess[] = []
  const tributary = (...args: string[]) => {
    const env = { ...process.env, TRIBUTARY_HOME: home, DATABASE_URL: '', NODE_ENV: 'production' }
    const child = spawn(process.execPath, [path.join(projectDir, 'bin/tributary.mjs'), ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    // What nobody reads would fill the pipe.
    child.stderr.resume()
    children.push(child)
    return child
  }
  const succeed = async (...args: string[]) => {
    const [status] = await once(tributary(...args), 'close')
    if (status !== 0) throw new Error(`tributary ${args.join(' ')} ended with ${String(status)}`)
  }
  try {
    await succeed('model', 'add', path.join(projectDir, 'demo/model'), '--id', 'demo')
    await succeed('dataset', 'add', path.join(projectDir, 'demo/data/ioi.json'), '--id', 'ioi')
    say('starting …')
    tributary('work')
    const url = await listening(tributary('serve', '--port', '0'))
    for (let warm = 0; warm < 10; warm++) await ask(url, question(1000 + warm))
    say('idle …')
    const idle = await latencies(url, 0)
    const began = performance.now()
    for (const partition of BULK) tributary('ingest', '--no-work', '--model', 'demo', '--dataset', 'ioi', ...partition)
    say('busy …')
    const stored = async () => (await store.query<{ n: number }>('SELECT count(*)::int AS n FROM result'))[0]!.n
    const before = await stored()
    while ((await stored()) < before + 100) await sleep(50)
    const busy = await latencies(url, QUESTIONS)
    const done = await stored()
    say('the rest …')
    while ((await open(store)) > 0) await sleep(100)
    const bulkSeconds = (performance.now() - began) / 1000
    console.log(JSON.stringify({
      machine: machine(),
      idle, busy, p95Ratio: busy.p95Ms / idle.p95Ms, p95OverIdleP50: busy.p95Ms / idle.p50Ms,
      bulk: { results: (await stored()) - before, duringQuestions: done - before, seconds: bulkSeconds },
    }, null, 2))
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await store.close()
    await database.close()
    rmSync(home, { recursive: true, force: true })
  }
}

const say = (text: string) => void process.stderr.write(`${text}\n`)

const open = async (store: ReturnType<typeof openStore>) =>
  (await store.query<{ n: number }>(`SELECT count(*)::int AS n FROM run WHERE status = 'running'`))[0]!.n

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      const [, url] = /Listening on (\S+);/.exec(chunk.toString()) ?? []
      if (url !== undefined) resolve(url)
    })
    child.on('close', () => reject(new Error('the server ended')))
  })
}

/** Each is another. */
const question = (i: number) =>
  `When ${NAMES[i % 6]} and ${NAMES[(i + 1 + Math.floor(i / 6)) % 6]} went to the shop ${i} times, ${NAMES[i % 6]} gave a drink to`

async function ask(url: string, text: string): Promise<number> {
  const query = `query ($text: String!) { attribute(input: { model: "demo", text: $text, partition: { head: {} } }) { completenessError scores } }`
  const began = performance.now()
  const response = await fetch(`${url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables: { text } }),
  })
  answerSchema.parse(await response.json())
  return performance.now() - began
}

async function latencies(url: string, from: number) {
  const times: number[] = []
  for (let i = 0; i < QUESTIONS; i++) {
    times.push(await ask(url, question(from + i)))
    await sleep(PAUSE_MS)
  }
  times.sort((a, b) => a - b)
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(part * times.length))]!
  return { p50Ms: at(0.5), p95Ms: at(0.95), mostMs: times.at(-1)! }
}

await main()
