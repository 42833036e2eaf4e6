/** `tributary sae …` on the bundled demo: what is tried, printed, refused, flagged, listed and removed. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { main } from '../../cli/main.ts'
import { projectDir } from '../../src/config.ts'
import { testDatabase } from '../database.ts'
import { standInHub } from '../hub/stand-in.ts'
import { temporaryFolder } from '../model/safetensors-files.ts'
import { recordedContext } from './context.ts'

const demo = join(projectDir, 'demo')
const source = (name: string) => join(demo, 'saes', name)

/** A database with the demo's model, and a terminal on it. */
async function terminal(environment: Record<string, string> = {}) {
  const [database, home] = [await testDatabase(), temporaryFolder()]
  onTestFinished(() => database.close())
  const typed = async (...args: string[]) => {
    const context = recordedContext({
      environment: { DATABASE_URL: database.url, TRIBUTARY_HOME: home, ...environment },
    })
    return { status: await main(args, context), printed: context.printed, said: context.said }
  }
  await typed('model', 'add', join(demo, 'model'), '--id', 'demo')
  await typed('dataset', 'add', join(demo, 'data/truthfulqa_data.json'))
  return {
    typed,
    list: async () => JSON.parse((await typed('sae', 'list', '--json')).printed) as Record<string, unknown>[],
  }
}

/** A copy of a set, changed. */
function changed(change: (dir: string) => void): string {
  const dir = join(temporaryFolder(), '2-res')
  cpSync(source('2-res'), dir, { recursive: true })
  change(dir)
  return dir
}

/** Multiplies the numbers of one tensor of a safetensors file. */
function scaleTensor(dir: string, name: string, factor: number): void {
  const path = join(dir, 'sae_weights.safetensors')
  const bytes = readFileSync(path)
  const begin = 8 + Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, begin).toString()) as Record<string, { data_offsets: [number, number] }>
  const [from, to] = header[name]!.data_offsets
  for (let at = begin + from; at < begin + to; at += 4) bytes.writeFloatLE(factor * bytes.readFloatLE(at), at)
  writeFileSync(path, bytes)
}

const rename = (dir: string, from: string, to: string) => {
  const path = join(dir, 'cfg.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
}

describe('sae add', () => {
  it('tries a set on its model, says what it found, and lists it', async () => {
    const { typed, list } = await terminal()
    expect(await typed('sae', 'add', source('2-res'))).toEqual({
      status: 0,
      said: '',
      printed: expect.stringMatching(
        /^demo\/2-res {2}saelens, jumprelu: 512 features of 2\.resid_post\n {2}on \d+ tokens: 9\d\.\d% of the variance rebuilt \(files: 95\.7%\), 1\d\.\d features fire per token \(files: 16\.1\).*\n(?: {2}.*\n)*Added demo\/2-res\.\n$/,
      ) as string,
    })
    expect(await list()).toEqual([
      expect.objectContaining({
        model: 'demo',
        source: '2-res',
        sourceSet: 'res',
        format: 'saelens',
        site: '2.resid_post',
        layer: 2,
        features: 512,
        activation: 'jumprelu',
        verdict: 'ok',
        forced: false,
        sweeps: [],
        labelled: 0,
        paths: [source('2-res')],
      }),
    ])
    expect((await typed('sae', 'list')).printed).toMatch(/^id .*\ndemo\/2-res +saelens +2\.resid_post +512 +jumprelu/m)
  })

  it('of the same weights elsewhere makes another place of them known', async () => {
    const { typed, list } = await terminal()
    const elsewhere = changed(() => undefined)
    await typed('sae', 'add', source('2-res'))
    expect(await typed('sae', 'add', elsewhere, '--id', '2-other')).toMatchObject({
      status: 0,
      printed: `${elsewhere} holds the weights of demo/2-res, which was added before; its files are known now.\n`,
    })
    expect((await list()).map(({ paths }) => paths)).toEqual([[elsewhere, source('2-res')]])
  })

  it('of a folder of several adds those that are named, or all', async () => {
    const { typed, list } = await terminal()
    const folder = join(demo, 'saes')
    expect(await typed('sae', 'add', folder)).toMatchObject({
      status: 2,
      printed: '1-res  (saelens)\n2-res  (saelens)\n',
      said: `error: ${folder} holds 2 feature sets; name those to add by --id, or give --all.\n`,
    })
    expect(await typed('sae', 'add', folder, '--id', '3-res')).toMatchObject({
      status: 2,
      said: `error: ${folder} holds no feature set "3-res"; it has 1-res, 2-res.\n`,
    })
    expect(await typed('sae', 'add', folder, '--id', '1-res')).toMatchObject({ status: 0 })
    expect(await typed('sae', 'add', folder, '--all', '--model', 'demo')).toMatchObject({ status: 0 })
    expect((await list()).map((set) => set['source'])).toEqual(['1-res', '2-res'])
  })

  it('refuses what rebuilds nothing, stores it only when forced, and says so ever after', async () => {
    const { typed, list } = await terminal()
    const unfolded = changed((dir) => scaleTensor(dir, 'W_dec', 8))
    const refused = await typed('sae', 'add', unfolded)
    expect(refused).toMatchObject({
      status: 2,
      said: expect.stringMatching(/^error: 2-res was not added: see above; --force adds what is refused/) as string,
    })
    expect(refused.printed).toMatch(/^ {2}refused: .+\.$/m)
    expect(await list()).toEqual([])
    expect(await typed('sae', 'add', unfolded, '--force')).toMatchObject({
      status: 0,
      printed: expect.stringMatching(/although it is refused \(--force\)\.\n$/) as string,
    })
    expect(await list()).toEqual([expect.objectContaining({ verdict: 'refused', forced: true })])
  })

  it('flags a site that is rebuilt worse than its neighbour', async () => {
    const { typed, list } = await terminal()
    const misplaced = changed((dir) => rename(dir, '"blocks.2.hook_resid_post"', '"blocks.1.hook_resid_post"'))
    expect((await typed('sae', 'add', misplaced, '--id', '1-misplaced')).printed).toMatch(
      /^ {2}flagged: .*2\.resid_(?:post|mid)|3\.resid_pre/m,
    )
    expect(await list()).toEqual([expect.objectContaining({ source: '1-misplaced', verdict: 'flagged' })])
  })

  it('says what is wrong before anything is stored', async () => {
    const { typed, list } = await terminal()
    const [outside, narrow] = [
      changed((dir) => rename(dir, '"blocks.2.', '"blocks.7.')),
      join(projectDir, 'test/fixtures/features/saelens-standard'),
    ]
    expect(await typed('sae', 'add', outside)).toMatchObject({
      status: 2,
      said: expect.stringMatching(
        /fits no added model.*: it reads 7\.resid_post, and demo has the layers 0 to 3\.\n$/,
      ) as string,
    })
    expect(await typed('sae', 'add', narrow, '--model', 'demo')).toMatchObject({
      status: 2,
      said: expect.stringMatching(
        /reads vectors of \d+ numbers, and those at .* of demo have 128; name the model it was trained on by --model\.\n$/,
      ) as string,
    })
    expect(await typed('sae', 'add', source('2-res'), '--model', 'none')).toMatchObject({ status: 2 })
    expect(await typed('sae', 'add', source('2-res'), '--id', '2 res')).toMatchObject({ status: 2 })
    await typed('sae', 'add', source('1-res'))
    expect(await typed('sae', 'add', source('2-res'), '--id', '1-res')).toMatchObject({
      status: 2,
      said: 'error: The model has another feature set 1-res already; choose another id with --id.\n',
    })
    expect((await list()).map((set) => set['source'])).toEqual(['1-res'])
  })
})

describe('sae add hf:…', () => {
  const files = (folder: string, name: string) =>
    Object.fromEntries(
      ['cfg.json', 'sae_weights.safetensors'].map((file) => [
        `${folder}${file}`,
        readFileSync(join(source(name), file)),
      ]),
    )

  it('fetches the set that is named, and nothing else of the release', async () => {
    const hub = await standInHub([
      {
        name: 'org/release',
        files: {
          'README.md': 'x',
          'settings.json': '{}',
          ...files('a/1-res/', '1-res'),
          ...files('a/2-res/', '2-res'),
          'a/2-res/big.bin': 'x',
        },
      },
      { name: 'org/nothing', files: { 'config.json': '{}', 'model.safetensors': 'x' } },
    ])
    const { typed, list } = await terminal({ HF_ENDPOINT: hub.endpoint, HF_HOME: temporaryFolder() })
    expect(await typed('sae', 'add', 'hf:org/release')).toMatchObject({
      status: 2,
      said: 'error: hf:org/release holds 2 feature sets: a/1-res, a/2-res; name one of them behind the repository, or give --all.\n',
    })
    expect(await typed('sae', 'add', 'hf:org/release/a/2-res')).toMatchObject({ status: 0 })
    expect(hub.requests.filter((request) => /1-res|README|big/.test(request))).toEqual([])
    expect(await list()).toEqual([expect.objectContaining({ source: '2-res', origin: 'hf:org/release/a/2-res' })])
    expect(await typed('sae', 'add', 'hf:org/release', '--all')).toMatchObject({ status: 0 })
    expect((await list()).map((set) => set['source'])).toEqual(['1-res', '2-res'])
    expect(await typed('sae', 'add', 'hf:org/release/a/3-res')).toMatchObject({
      status: 2,
      said: 'error: hf:org/release/a/3-res has no files of a feature set there; it has a/1-res, a/2-res.\n',
    })
    expect(await typed('sae', 'add', 'hf:org/nothing')).toMatchObject({
      status: 2,
      said: expect.stringMatching(
        /^error: hf:org\/nothing has no files of a feature set; expected sae_weights/,
      ) as string,
    })
  })
})

describe('sae remove', () => {
  it('takes a set with all that is known of it, when that is meant', async () => {
    const { typed, list } = await terminal()
    await typed('sae', 'add', join(demo, 'saes'), '--all')
    expect(await typed('sae', 'remove', '2-res')).toMatchObject({
      status: 0,
      printed: 'Removed demo/2-res. Attributions of its features stay.\n',
    })
    expect(await typed('sae', 'remove', 'demo/2-res')).toMatchObject({
      status: 2,
      said: 'error: There is no feature set "demo/2-res" in the database; there is demo/1-res.\n',
    })
    expect((await list()).map((set) => set['source'])).toEqual(['1-res'])
  })
})

it('files of a set are chosen from those of a release by what they are', async () => {
  const { selectFeatureFiles } = await import('../../ingest/features/hub-files.ts')
  const release = [
    'README.md',
    'config.yaml',
    'layer_0.safetensors',
    'layer_1.safetensors',
    'params/layer_3/width_16k/average_l0_9/params.npz',
    'Llama-L6R-8x/hyperparams.json',
    'Llama-L6R-8x/checkpoints/final.safetensors',
    'layer12.sae.pt',
    'dl/ae.pt',
    'dl/config.json',
    'dl/eval_results.json',
  ]
  const chosen = (path: string) => selectFeatureFiles(release, { path, all: false, name: 'x' })
  expect(chosen('layer_1.safetensors')).toEqual({
    files: ['config.yaml', 'layer_1.safetensors'],
    path: 'layer_1.safetensors',
  })
  expect(chosen('params/layer_3')).toEqual({
    files: ['config.yaml', 'params/layer_3/width_16k/average_l0_9/params.npz'],
    path: 'params/layer_3/width_16k/average_l0_9',
  })
  expect(chosen('Llama-L6R-8x').files).toEqual([
    'config.yaml',
    'Llama-L6R-8x/hyperparams.json',
    'Llama-L6R-8x/checkpoints/final.safetensors',
  ])
  expect(chosen('dl').files).toEqual(['config.yaml', 'dl/ae.pt', 'dl/config.json', 'dl/eval_results.json'])
  expect(chosen('layer12.sae.pt').path).toBe('layer12.sae.pt')
})
