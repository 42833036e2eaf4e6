/** The bundled model with a small dataset behind a real server, worker and database, and the built explorer. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../cli/main.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { projectDir } from '../../src/config.ts'
import { type CreateServerOptions, createServer, type RunningServer } from '../../server/create-server.ts'
import { startWorker, type Worker } from '../../workers/index.ts'
import { recordedContext } from '../cli/context.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import { silent } from '../workers/use-workers.ts'

export interface World {
  database: TestDatabase
  /** A folder of its own. */
  home: string
  /** More servers on the same database; ended with the world. */
  serve(options?: Partial<CreateServerOptions>): Promise<RunningServer>
  /** The command line. */
  run(...args: string[]): Promise<void>
  /** What a copied command prints. */
  printed(command: string): Promise<string>
  close(): Promise<void>
}

const RECORDS = [
  ['France', 'Paris'], ['Germany', 'Berlin'], ['Italy', 'Rome'],
].map(([country, capital]) => JSON.stringify({ prompt: `The capital of ${country} is`, answer: ` ${capital}` }))

/** Of as many as a feature set is tried on at least. */
const PLACES = [
  'Peru', 'Norway', 'Austria', 'Greece', 'China', 'Sweden', 'Denmark', 'Portugal', 'Tunisia', 'Morocco', 'Hungary', 'Japan',
].map((country) => JSON.stringify({ prompt: `The capital of ${country} is` }))

/** The bundled model's feature sets with their labels, swept over a dataset of their own, `places`. */
export async function addFeatureSets({ run, home }: Pick<World, 'run' | 'home'>): Promise<void> {
  const saes = join(projectDir, 'demo/saes')
  const places = join(home, 'places.jsonl')
  writeFileSync(places, PLACES.join('\n'))
  await run('dataset', 'add', places, '--id', 'places')
  await run('sae', 'add', saes, '--all', '--model', 'demo', '--prompts', 'places')
  for (const set of ['1-res', '2-res']) await run('labels', 'import', join(saes, set), '--sae', `demo/${set}`)
  await run('ingest', '--sae', 'demo/1-res', '--sae', 'demo/2-res', '--dataset', 'places')
}

/** The words of `npx tributary …` as a shell reads them: apart at blanks, but for those between single quotes. */
const wordsOf = (command: string): string[] =>
  [...command.trim().replace(/^npx tributary /, '').matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)]
    .map(([word]) => word.replace(/'([^']*)'|\\(')/g, (_, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? ''))

export async function openWorld(): Promise<World> {
  const built = spawnSync(process.execPath, [join(projectDir, 'bin/build-web.mjs')], { stdio: 'inherit' })
  if (built.status !== 0) throw new Error('the explorer could not be built')
  const database = await testDatabase()
  const home = mkdtempSync(join(tmpdir(), 'tributary-world-'))
  const closing: (() => unknown)[] = [() => rmSync(home, { recursive: true }), () => database.close()]
  const print = async (args: readonly string[]) => {
    const context = recordedContext({ environment: { DATABASE_URL: database.url, TRIBUTARY_HOME: home } })
    if ((await main([...args], context)) !== 0) throw new Error(`tributary ${args.join(' ')}: ${context.said}`)
    return context.printed
  }
  const run = async (...args: string[]) => void (await print(args))
  const records = join(home, 'capitals.jsonl')
  writeFileSync(records, RECORDS.join('\n'))
  await run('model', 'add', join(projectDir, 'demo/model'), '--id', 'demo')
  await run('dataset', 'add', records, '--id', 'capitals')
  await run('ingest', '--model', 'demo', '--dataset', 'capitals', '--by', 'token')
  const worker: Worker = await startWorker({
    databaseUrl: database.url, engine: 'onnx-cpu-float32', passMemoryBytes: 2 ** 30,
    openAttributor: (folder, sets) => openAttributor(folder, { sets }), logger: silent, pollSeconds: 0.5,
  })
  closing.push(() => worker.stop())
  return {
    database,
    home,
    run,
    printed: (command) => print(wordsOf(command)),
    async serve(options = {}) {
      const server = await createServer({ databaseUrl: database.url, port: 0, ...options })
      closing.push(() => server.close())
      return server
    },
    async close() {
      for (const close of closing.reverse()) await close()
    },
  }
}
