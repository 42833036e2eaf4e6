/** Every kind of file that somebody may hand to the product: a good one, how it is spoilt, and the command that reads it. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectDir } from '../../src/config.ts'
import type { Random } from '../random.ts'
import { mutateBytes, mutateJson, mutateText } from './mutate.ts'

export interface FuzzCase {
  /** What stands in a report. */
  kind: string
  args: string[]
}

interface Kind {
  name: string
  /** Writes the spoilt file into `folder`; gives the command's arguments. */
  make(folder: string, random: Random): string[]
}

const SMALL = join(projectDir, 'test/fixtures/models/qwen2-random')
const WITH_TOKENIZER = join(projectDir, 'demo/model')
const read = (...path: string[]) => readFileSync(join(...path))

/** A model folder in which one file is another. */
function modelWith(folder: string, model: string, file: string, content: string | Buffer): string {
  const own = join(folder, 'model')
  mkdirSync(own, { recursive: true })
  for (const name of ['config.json', 'model.safetensors', 'tokenizer.json']) {
    if (name === file) writeFileSync(join(own, name), content)
    else if (model === WITH_TOKENIZER || name !== 'tokenizer.json') symlinkSync(join(model, name), join(own, name))
  }
  return own
}

const attribute = (model: string) => ['attribute', '--model', model, '--tokens', '1,2,3']

function safetensors(random: Random): Buffer {
  const bytes = read(SMALL, 'model.safetensors')
  if (random.uniform() < 0.4) return mutateBytes(bytes, random)
  // The header's JSON, with a length that fits it.
  const length = Number(bytes.readBigUInt64LE(0))
  const header = Buffer.from(mutateJson(bytes.subarray(8, 8 + length).toString(), random))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(random.uniform() < 0.1 ? random.integer(2 ** 31) * 2 ** 20 : header.length))
  return Buffer.concat([size, header, bytes.subarray(8 + length)])
}

const RECORDS = JSON.stringify([
  { known_id: 0, subject: 'Paris', attribute: 'France', template: '{} is in', prediction: ' France', prompt: 'Paris is in', relation_id: 'P17' },
  { known_id: 1, subject: 'Rome', attribute: 'Italy', template: '{} is in', prediction: ' Italy', prompt: 'Rome is in', relation_id: 'P17' },
])
const LINES = '{"prompt":"Paris is in","answer":"France","n":1}\n{"prompt":"Rome is in","answer":"Italy"}\n'
const TABLE = 'prompt,answer\n"Paris, the city, is in",France\nRome is in,Italy\n'

const bundled = (file: string): string =>
  JSON.stringify((JSON.parse(read(projectDir, 'demo/data', file).toString()) as unknown[]).slice(0, 3))

function dataset(folder: string, name: string, content: string): string[] {
  const file = join(folder, name)
  writeFileSync(file, content, 'latin1')
  return ['dataset', 'add', file, '--id', 'fuzzed']
}

/** D numbers of the small model. */
const WIDTH = 96
function npy(): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${WIDTH},), }`.padEnd(117) + '\n'
  const head = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([header.length & 255, header.length >> 8])])
  return Buffer.concat([head, Buffer.from(header), Buffer.from(Float32Array.from({ length: WIDTH }, (_, i) => i + 1).buffer)])
}
const vector = (folder: string, name: string, content: Buffer | string): string[] => {
  writeFileSync(join(folder, name), content)
  return [...attribute(SMALL), '--direction', join(folder, name)]
}

const kinds: readonly Kind[] = [
  { name: 'safetensors', make: (folder, random) => attribute(modelWith(folder, SMALL, 'model.safetensors', safetensors(random))) },
  {
    name: 'config.json',
    make: (folder, random) => attribute(modelWith(folder, SMALL, 'config.json', mutateJson(read(SMALL, 'config.json').toString(), random))),
  },
  {
    name: 'tokenizer.json',
    make: (folder, random) => {
      const text = mutateJson(read(WITH_TOKENIZER, 'tokenizer.json').toString(), random)
      return ['attribute', '--model', modelWith(folder, WITH_TOKENIZER, 'tokenizer.json', text), '--text', 'The capital of France is']
    },
  },
  { name: 'records', make: (folder, random) => dataset(folder, 'records.json', mutateJson(RECORDS, random)) },
  { name: 'ioi', make: (folder, random) => dataset(folder, 'ioi.json', mutateJson(bundled('ioi.json'), random)) },
  { name: 'truthfulqa', make: (folder, random) => dataset(folder, 'truth.json', mutateJson(bundled('truthfulqa_data.json'), random)) },
  { name: 'counterfact', make: (folder, random) => dataset(folder, 'cf.json', mutateJson(bundled('counterfact_components.json'), random)) },
  { name: 'JSON lines', make: (folder, random) => dataset(folder, 'lines.jsonl', mutateText(LINES, random)) },
  { name: 'CSV', make: (folder, random) => dataset(folder, 'table.csv', mutateText(TABLE, random)) },
  { name: 'npy', make: (folder, random) => vector(folder, 'v.npy', mutateBytes(npy(), random)) },
  {
    name: 'JSON vector',
    make: (folder, random) => vector(folder, 'v.json', mutateJson(JSON.stringify(Array.from({ length: WIDTH }, (_, i) => i)), random)),
  },
  {
    name: 'groups',
    make: (_folder, random) => [...attribute(SMALL), '--by', 'group', '--groups', mutateJson('[[0,1],{"label":"a","positions":[[2,2]]}]', random).slice(0, 100_000)],
  },
  {
    name: 'backup',
    make: (folder, random) => {
      const backup = join(folder, 'backup')
      mkdirSync(backup)
      const manifest = { format: 'tributary-backup-1', takenAt: '2026-01-01', migrations: [], tables: [{ name: 'model', columns: ['id'], rows: 1 }] }
      writeFileSync(join(backup, 'manifest.json'), mutateJson(JSON.stringify(manifest), random))
      cpSync(join(SMALL, 'config.json'), join(backup, 'model.copy.gz'))
      return ['restore', backup]
    },
  },
]

/** The kinds by turns. */
export function makeCase(number: number, folder: string, random: Random): FuzzCase {
  const kind = kinds[number % kinds.length]!
  return { kind: kind.name, args: kind.make(folder, random) }
}
