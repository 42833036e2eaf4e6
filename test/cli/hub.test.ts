/** `hf:…` where commands take a model or a dataset, against a server that behaves as the hub does. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { main } from '../../cli/main.ts'
import { startDownloadProgress } from '../../cli/terminal/download-progress.ts'
import { projectDir } from '../../src/config.ts'
import { useDatabase } from '../database.ts'
import { standInHub } from '../hub/stand-in.ts'
import { recordedContext } from './context.ts'

const database = useDatabase()
const folder = join(projectDir, 'test/fixtures/models/qwen2-random')
const file = (name: string) => readFileSync(join(folder, name))

async function hub() {
  const home = mkdtempSync(join(tmpdir(), 'tributary-hub-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const standIn = await standInHub([
    {
      name: 'org/random-model',
      files: { 'config.json': file('config.json'), 'model.safetensors': file('model.safetensors'), 'pytorch_model.bin': 'x', 'README.md': 'x' },
      lfs: ['model.safetensors', 'pytorch_model.bin'],
    },
    { name: 'org/pickled', files: { 'config.json': '{}', 'pytorch_model.bin': 'x' }, lfs: [] },
    { name: 'org/nested', files: { 'model/config.json': file('config.json'), 'model/model.safetensors': file('model.safetensors') }, lfs: [] },
    {
      name: 'datasets/org/set',
      files: { 'README.md': 'x', 'dataset_infos.json': '{}', 'data/test.jsonl.gz': gzipSync('{"prompt":"a","answer":"b","id":1533947986218845197}\n') },
    },
    {
      name: 'datasets/org/parquet', revisions: ['main', 'refs/convert/parquet'],
      files: { 'default/test/0000.parquet': readFileSync(join(projectDir, 'test/fixtures/datasets/arc.parquet')) },
      lfs: ['default/test/0000.parquet'],
    },
    { name: 'datasets/org/parts', files: { 'train.csv': 'prompt,answer\na,b\n', 'test.csv': 'prompt,answer\nc,d\n' } },
  ])
  const environment = { DATABASE_URL: database.url, TRIBUTARY_HOME: home, HF_HOME: home, HF_ENDPOINT: standIn.endpoint }
  const typed = async (...args: string[]) => {
    const context = recordedContext({ environment })
    return { status: await main(args, context), printed: context.printed, said: context.said }
  }
  return { ...standIn, home, typed, environment }
}

describe('a model', () => {
  it('is fetched once, added under its own name, and asked by its address or id', async () => {
    const { typed, requests, home } = await hub()
    const asked = ['--tokens', '1,2,3', '--json']
    const first = await typed('attribute', '--model', 'hf:org/random-model', ...asked)
    expect(first).toMatchObject({ status: 0, said: expect.stringMatching(/^hf:org\/random-model: \d\.\d of 1\.8 MB \(\d+%\), (config\.json|model\.safetensors)\n/) as string })
    expect(requests.some((request) => /README|pytorch/.test(request))).toBe(false)
    requests.length = 0
    expect(await typed('model', 'add', 'hf:org/random-model')).toEqual({ status: 0, printed: expect.stringMatching(/^Added random-model \(qwen2, /) as string, said: expect.stringContaining('no tokenizer.json') as string })
    expect(requests.filter((request) => request.includes('resolve'))).toEqual([])
    const second = await typed('attribute', '--model', 'random-model', ...asked)
    const numbers = (printed: string) => (JSON.parse(printed) as { contributions: unknown }).contributions
    expect(numbers(second.printed)).toEqual(numbers(first.printed))
    const listed = JSON.parse((await typed('model', 'list', '--json')).printed) as { folders: string[] }[]
    expect(listed[0]?.folders[0]).toContain(join(home, 'hub/models--org--random-model/snapshots'))
  })

  it('may lie in a folder of its repository', async () => {
    const { typed } = await hub()
    expect(await typed('attribute', '--model', 'hf:org/nested/model', '--tokens', '1,2', '--json')).toMatchObject({ status: 0 })
    expect(await typed('attribute', '--model', 'hf:org/nested', '--tokens', '1,2')).toMatchObject({
      status: 2, said: 'error: hf:org/nested has no config.json; expected a model folder, which there is in model: name it behind the repository.\n',
    })
  })

  it('without safetensors is refused before anything is fetched', async () => {
    const { typed, requests } = await hub()
    expect(await typed('model', 'add', 'hf:org/pickled')).toMatchObject({
      status: 2, said: 'error: hf:org/pickled has no safetensors, only pytorch_model.bin; look for a revision or a repository that has them.\n',
    })
    expect(requests.some((request) => request.includes('resolve'))).toBe(false)
  })

  it('that is not there, or not named, is told in one sentence', async () => {
    const { typed } = await hub()
    expect(await typed('model', 'add', 'hf:org/none')).toMatchObject({ status: 2, said: 'error: There is no model hf:org/none on the hub; is its name right?\n' })
    expect(await typed('attribute', '--model', 'hf:../x', '--text', 'a')).toMatchObject({ status: 2, said: 'error: "hf:../x" names nothing on the hub; expected hf:org/name, perhaps with @revision and /folder behind it.\n' })
  })
})

describe('a dataset', () => {
  it('is the only data file of its repository, or the one that is named', async () => {
    const { typed } = await hub()
    expect(await typed('dataset', 'add', 'hf:datasets/org/set')).toMatchObject({ status: 0, printed: 'Added set: 1 prompts (jsonl).\n' })
    expect(await typed('dataset', 'add', 'hf:datasets/org/set/data', '--id', 'again')).toMatchObject({ status: 0, printed: 'The 1 prompts of test.jsonl.gz are there already, as the dataset set.\n' })
    expect(await typed('dataset', 'add', 'hf:datasets/org/parts/test.csv')).toMatchObject({ status: 0, printed: 'Added parts: 1 prompts (jsonl).\n' })
    expect((await typed('sql', '--csv', "SELECT text, extra->>'id' FROM prompt ORDER BY text")).printed.trimEnd().split('\n').slice(1)).toEqual(['a,1533947986218845197', 'c,'])
  })

  it('may be the Parquet that the hub makes of it', async () => {
    const { typed } = await hub()
    expect(await typed('dataset', 'add', 'hf:datasets/org/parquet@refs/convert/parquet')).toMatchObject({ status: 0, printed: 'Added parquet: 3 prompts (choices).\n' })
    expect((await typed('sql', '--csv', "SELECT answer FROM prompt p JOIN dataset d ON d.id = dataset_id WHERE slug = 'parquet' ORDER BY index")).printed).toBe('answer\nfire\nice\nrain\n')
  })

  it('is not a model', async () => {
    const { typed } = await hub()
    expect(await typed('dataset', 'add', 'hf:org/set')).toMatchObject({ status: 2, said: 'error: hf:org/set is a model on the hub, and a dataset is wanted; is hf:datasets/org/set meant?\n' })
    expect(await typed('model', 'add', 'hf:datasets/org/set')).toMatchObject({ status: 2, said: 'error: hf:datasets/org/set is a dataset on the hub, and a model is wanted; is hf:org/set meant?\n' })
  })

  it('is asked for where there are several, or none', async () => {
    const { typed } = await hub()
    expect(await typed('dataset', 'add', 'hf:datasets/org/parts')).toMatchObject({
      status: 2, said: 'error: hf:datasets/org/parts has 2 data files: train.csv, test.csv; name one of them behind the repository.\n',
    })
    expect(await typed('dataset', 'add', 'hf:datasets/org/parts/dev.csv')).toMatchObject({
      status: 2, said: 'error: There is no data file dev.csv in hf:datasets/org/parts; there is train.csv, test.csv.\n',
    })
  })
})

describe('the progress of a download', () => {
  it('is a line now and then where there is no terminal', () => {
    let now = 0
    const said: string[] = []
    const progress = startDownloadProgress('hf:a/b', { terminal: null, say: (text) => said.push(text), now: () => now })
    for (const doneBytes of [0, 10e6, 20e6, 150e6, 200e6]) {
      progress.update({ path: 'x', doneBytes, totalBytes: 200e6 })
      now += 3000
    }
    progress.stop()
    expect(said).toEqual([
      'hf:a/b: 0.0 of 200 MB (0%), x\n', 'hf:a/b: 20.0 of 200 MB (10%), x\n', 'hf:a/b: 200 of 200 MB (100%), x\n',
    ])
  })
})
