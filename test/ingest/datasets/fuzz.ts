/**
 * Dataset files as hostile or careless hands make them, of every kind, from a seed. Each is added as the command line adds
 * it. Whatever is in it, the answer is a dataset or one sentence, soon, and nothing is half-written.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openDataset } from '../../../ingest/datasets/read.ts'
import { TakenPrompts } from '../../../ingest/datasets/take.ts'
import { projectDir } from '../../../src/config.ts'
import { isUserError } from '../../../src/errors.ts'
import { addDataset } from '../../../src/store/datasets.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { testDatabase } from '../../database.ts'
import { Random } from '../../random.ts'

export interface FuzzReport {
  files: number
  accepted: number
  refused: number
  /** Of processor time, for one file. */
  slowestMs: number
  /** What should not have been; each begins with the number of its file, which with the seed makes it again. */
  complaints: string[]
}

interface FuzzOptions {
  seed: number
  count: number
  /** Only these of the files: to look at a complaint. */
  only?: readonly number[]
}

const SLOW_MS = 5000

export async function fuzzDatasets({ seed, count, only }: FuzzOptions): Promise<FuzzReport> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-fuzz-'))
  const database = await testDatabase()
  const store = openStore(database.url, { connections: 2 })
  const report: FuzzReport = { files: 0, accepted: 0, refused: 0, slowestMs: 0, complaints: [] }
  try {
    for (let file = 0; file < count; file++) {
      if (only && !only.includes(file)) continue
      const path = join(folder, 'set')
      writeFileSync(path, fuzzedFile(new Random(seed * 1_000_003 + file)))
      const complain = (what: string) => report.complaints.push(`file ${file} of seed ${seed}: ${what}`)
      const began = process.cpuUsage()
      const outcome = await addFile(path, `f${file}`, file % 3 === 0, store)
      const spent = process.cpuUsage(began)
      const ms = (spent.user + spent.system) / 1000
      report.files++
      report.slowestMs = Math.max(report.slowestMs, ms)
      if (ms > SLOW_MS) complain(`took ${Math.round(ms)} ms`)
      if (outcome === null) report.accepted++
      else if (isUserError(outcome)) report.refused++
      if (outcome !== null) judge(outcome, complain)
      const half = await halfWritten(store, `f${file}`, outcome === null)
      if (half !== null) complain(half)
      if (readdirSync(folder).length !== 1) complain('left a file beside it')
    }
    return report
  } finally {
    await store.close()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** null where it was added, or was there already. */
async function addFile(path: string, slug: string, skipBroken: boolean, store: Store): Promise<unknown> {
  try {
    const opened = await openDataset(path)
    const taken = new TakenPrompts(opened, { skipBroken, signal: new AbortController().signal })
    await addDataset(store, { slug, title: slug, format: opened.format, prompts: () => taken.pages() })
    return null
  } catch (error) {
    return error
  }
}

const LONGEST_SENTENCE = 800

function judge(outcome: unknown, complain: (what: string) => void): void {
  if (!isUserError(outcome)) return complain(`threw ${outcome instanceof Error ? (outcome.stack ?? outcome.message) : String(outcome)}`)
  const { message } = outcome
  if (/[\n\r]|\bat .*:\d+:\d+/.test(message) || message.length > LONGEST_SENTENCE) complain(`is told in more than a sentence: ${message.slice(0, 2000)}`)
}

/** A dataset has all of its prompts, one that was refused none. */
async function halfWritten(store: Store, slug: string, isAccepted: boolean): Promise<string | null> {
  const [found] = await store.query<{ strays: number; wrong: number; own: number }>(
    `SELECT (SELECT count(*)::int FROM prompt p WHERE NOT EXISTS (SELECT 1 FROM dataset d WHERE d.id = p.dataset_id)) AS strays,
       (SELECT count(*)::int FROM dataset d WHERE prompt_count <> (SELECT count(*) FROM prompt p WHERE p.dataset_id = d.id)) AS wrong,
       (SELECT count(*)::int FROM dataset WHERE slug = $1) AS own`,
    [slug],
  )
  if (found?.strays !== 0 || found.wrong !== 0) return `left ${found?.strays} stray prompts and ${found?.wrong} datasets of a wrong size`
  return !isAccepted && found.own > 0 ? 'was refused and is there' : null
}

/** A good file of some kind, most of the time with something done to it. */
function fuzzedFile(random: Random): Buffer {
  if (random.integer(5) === 0) return damaged(pick(random, parquetFiles()), random)
  const records = Array.from({ length: 1 + random.integer(12) }, () => fuzzedRecord(random))
  let bytes: Buffer = Buffer.from(pick(random, containers)(records, random))
  if (random.integer(4) > 0) bytes = damaged(bytes, random)
  if (random.integer(6) === 0) bytes = gzipSync(bytes)
  return random.integer(8) === 0 ? damaged(bytes, random) : bytes
}

type Json = Record<string, unknown>
const pick = <T>(random: Random, from: readonly T[]): T => {
  const found = from[random.integer(from.length)]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}

const cell = (value: unknown) => `"${(typeof value === 'string' ? value : JSON.stringify(value) ?? '').replaceAll('"', '""')}"`
const table = (separator: string) => (records: readonly Json[]) => {
  const names = Object.keys(records[0] ?? {})
  return [names, ...records.map((record) => names.map((name) => record[name] ?? ''))].map((row) => row.map(cell).join(separator)).join('\n')
}

const containers: readonly ((records: readonly Json[], random: Random) => string)[] = [
  (records) => records.map((record) => JSON.stringify(record)).join('\n'),
  (records) => JSON.stringify(records),
  (records) => JSON.stringify(records, null, 1),
  (records, random) => JSON.stringify({ [pick(random, ['data', 'rows', 'train', 'test', 'examples'])]: records, more: records[0] }, null, random.integer(2)),
  (records) => JSON.stringify({ rows: records.map((row, row_idx) => ({ row_idx, row, truncated_cells: [] })) }),
  table(','), table('\t'), table(';'),
]

let parquet: Buffer[] | null = null
function parquetFiles(): Buffer[] {
  const folder = join(projectDir, 'test/fixtures/datasets')
  parquet ??= readdirSync(folder).map((name) => readFileSync(join(folder, name)))
  return parquet
}

const forms: readonly Json[] = [
  { prompt: 'The capital of France is', answer: 'Paris', subject: 'France', id: 7 },
  { prompt: 'a b', target_token: 'c', category: 'd' },
  { prompt: 'a', attribute: 'b', subject: 'a' },
  { case_id: 1, requested_rewrite: { prompt: '{} is', subject: 'x', target_true: { str: 'y' }, target_new: { str: 'z' } } },
  { prompt: '{} is', subject: 'x', target_true: ' y', target_false: ' z' },
  { case_id: 1, original: { prompt: 'a', answer: 'b' }, French: { prompt: 'c', answer: 'd' } },
  { question: 'q', choices: ['a', 'b', 'c', 'd'], answer: 1, subject: 's' },
  { question: 'q', A: 'a', B: 'b', C: 'c', D: 'd', answer: 'B' },
  { question: 'q', choices: { text: ['a', 'b'], label: ['A', 'B'] }, answerKey: 'B' },
  { question: { stem: 'q', choices: [{ text: 'a', label: 'A' }] }, answerKey: 'A' },
  { ctx: 'a', endings: ['b', 'c'], label: '0' },
  { premise: 'a', choice1: 'b', choice2: 'c', question: 'cause', label: 0 },
  { input: 'a', target_scores: { b: 1, c: 0 } },
  { sentence: 'a _ b', option1: 'c', option2: 'd', answer: '1' },
  { sentence_good: 'a b c', sentence_bad: 'a d c' },
  { text: 'a b c', domain: null },
  { text: 'a', label: 1 },
  { question: 'q', answer: { value: 'a', aliases: ['b'] }, context: 'c' },
  { question: 'q', mc1_targets: { a: 1, b: 0 }, mc2_targets: { choices: ['a'], labels: [1] } },
  { Question: 'q', 'Best Answer': 'a', 'Correct Answers': 'a; b' },
  { doc: { a: 1 }, arguments: [['a', ' b'], ['a', ' c']], target: '1', resps: [[[-1.5, true]]] },
  { text: 'a gave b', IO: 'b', S: 'a' },
]

const junk: readonly unknown[] = [
  null, '', ' ', 'x', 0, 1, -1, 1.5, 2 ** 60, true, false, [], {}, [[]], [null], ['a', 'b'], { a: 'b' }, { text: 'a' }, { str: 'b' },
  '\0', '\ud800', '🦆', '{}', '_', '(B)', 'B', '2', '[', "['a', 'b']", '["a"', 'NaN', '__proto__', 'x'.repeat(5000), { text: ['a'], label: ['b', 'c'] },
  [[['deep']]], { label: 'A', text: 1 }, ['a', 1, true, null], '9'.repeat(400), [0, 1], { a: 0, b: 1 },
]

/** A record of a form; sometimes with other values, other fields, or fewer. */
function fuzzedRecord(random: Random): Json {
  const record: Json = { ...pick(random, forms.slice(0, random.integer(3) === 0 ? forms.length : 1 + random.integer(forms.length))) }
  for (let times = random.integer(3); times > 0; times--) {
    const names = Object.keys(record)
    const name = pick(random, [...names, 'answer', 'label', 'text', 'extra', 'A', 'choices', 'target'])
    const what = random.integer(4)
    if (what === 0) delete record[name]
    else if (what === 1) record[`${name}${random.integer(3)}`] = record[name] ?? pick(random, junk)
    else record[name] = pick(random, junk)
  }
  return record
}

const pieces: readonly (string | Buffer)[] = [
  '"', '\\', '{', '}', '[', ']', ',', ':', '\n', '\r\n', '\t', '\0', '\\u0000', '\\ud83d', '\uFEFF', '1e9999', '1533947986218845197', '-', '""', '"\n"',
  '{"id":1,"id":2}', '"__proto__":1,', '['.repeat(50), '{"a":'.repeat(50), '}'.repeat(50), ']'.repeat(5000), '['.repeat(5000), '"'.repeat(501), 'x'.repeat(100_000),
  Buffer.from([0xff]), Buffer.from([0xff, 0xfe]), Buffer.from([0xf0, 0x9f]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0, 0, 0, 0]), Buffer.from('PAR1'), Buffer.from([0x1f, 0x8b, 8, 0]),
  ' '.repeat(10_000), '\n'.repeat(10_000), ','.repeat(3000), 'NaN', 'Infinity',
]

/** Bytes with something cut out, put in, changed, or repeated. */
function damaged(bytes: Buffer, random: Random): Buffer {
  let damage = bytes
  for (let times = 1 + random.integer(4); times > 0; times--) {
    // Parquet says at its end what is in it.
    const at = random.integer(3) === 0 ? Math.max(0, damage.length - 1 - random.integer(600)) : random.integer(damage.length + 1)
    const end = Math.min(damage.length, at + random.integer(40))
    const [before, after] = [damage.subarray(0, at), damage.subarray(end)]
    switch (random.integer(6)) {
      case 0: damage = Buffer.from(before); break
      case 1: damage = Buffer.concat([before, after]); break
      case 2: damage = Buffer.concat([before, Buffer.from(pick(random, pieces)), damage.subarray(at)]); break
      case 3: damage = Buffer.concat([before, ...Array.from({ length: 1 + random.integer(2000) }, () => damage.subarray(at, end)), after]); break
      case 4: damage = Buffer.from(damage.map((byte, i) => (i >= at && i < end ? random.integer(256) : byte))); break
      default: damage = Buffer.concat([before, Buffer.from(damage.subarray(at, at + 1).map((byte) => byte ^ (1 << random.integer(8)))), damage.subarray(at + 1)])
    }
  }
  return damage
}
