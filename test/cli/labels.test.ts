/** `tributary labels import`: the field's files, with their traps; the same twice changes nothing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../cli/main.ts'
import { projectDir } from '../../src/config.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { useDatabase } from '../database.ts'
import { temporaryFolder } from '../model/safetensors-files.ts'
import { recordedContext } from './context.ts'

const database = useDatabase()
const home = mkdtempSync(join(tmpdir(), 'tributary-labels-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
let store: Store
const typed = async (...args: string[]) => {
  const context = recordedContext({
    environment: { DATABASE_URL: database.url, TRIBUTARY_HOME: home },
  })
  return { status: await main(args, context), printed: context.printed, said: context.said }
}
const label = (index: number) =>
  store.query<{ source: string; label: string | null }>(
    'SELECT source, label FROM feature f JOIN feature_set s ON s.id = f.set_id WHERE index = $1 ORDER BY source',
    [index],
  )
const explanations = () =>
  store.query(
    'SELECT source, index, e.description, author, method, explainer, score, score_method FROM feature_explanation e JOIN feature_set s ON s.id = e.set_id ORDER BY 1, 2, 3',
  )

beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  await typed('model', 'add', join(projectDir, 'demo/model'), '--id', 'demo')
  await typed('sae', 'add', join(projectDir, 'demo/saes'), '--all')
})
beforeEach(() => store.query('DELETE FROM feature_explanation'))
afterAll(() => store.close())

/** A file with these lines. */
function file(name: string, lines: readonly unknown[], folder = temporaryFolder()): string {
  const path = join(folder, name)
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}

describe('labels import', () => {
  it('of the demo labels every feature, once', async () => {
    const args = ['labels', 'import', join(projectDir, 'demo/saes/2-res'), '--sae', 'demo/2-res'] as const
    expect(await typed(...args)).toEqual({ status: 0, printed: '512 labels in 1 file: 512 added.\n', said: '' })
    expect(await typed(...args)).toEqual({
      status: 0,
      printed: '512 labels in 1 file: 0 added, 512 known before.\n',
      said: '',
    })
    expect(
      await store.query(
        `SELECT count(label)::int AS n FROM feature f JOIN feature_set s ON s.id = f.set_id WHERE source = '2-res'`,
      ),
    ).toEqual([{ n: 512 }])
    const [first] = await explanations()
    expect(first).toEqual({
      source: '2-res',
      index: 0,
      description: expect.any(String) as string,
      author: 'demo',
      method: 'automatic',
      explainer: null,
      score: expect.closeTo(0.7, 0) as number,
      score_method: 'share',
    })
  })

  it("reads Neuronpedia's export: batches in any order, indices as text, U+0000, fields that come and go, several sets", async () => {
    const dir = join(temporaryFolder(), 'v1')
    const batches = (source: string) => {
      const folder = join(dir, 'demo', source, 'explanations')
      mkdirSync(folder, { recursive: true })
      return folder
    }
    const line = (layer: string, index: unknown, description: string | null, more: object = {}) => ({
      modelId: 'demo',
      layer,
      index,
      description,
      authorId: 'clk1',
      typeName: 'oai_token-act-pair',
      explanationModelName: 'gpt-4o-mini',
      ...more,
    })
    file(
      'batch-0.jsonl.gz',
      [line('2-res', '10', 'ten'), line('2-res', '100', 'a hundred', { embedding: [1, 2], zIndices: [] })],
      batches('2-res'),
    )
    file(
      'batch-1.jsonl.gz',
      [
        line('2-res', '9', ' with \u0000 inside '),
        line('2-res', 9, 'another', { scores: [{ value: 0.5, explanationScoreTypeName: 'recall_alt' }] }),
        line('2-res', '11', null),
        line('2-res', '12', ''),
      ],
      batches('2-res'),
    )
    file('batch-0.jsonl.gz', [line('1-res', '3', 'three')], batches('1-res'))
    file('batch-0.jsonl.gz', [line('7-none', '3', 'elsewhere')], batches('7-none'))
    mkdirSync(join(dir, 'demo/2-res/features'))
    file(
      'batch-0.jsonl.gz',
      [{ modelId: 'demo', layer: '2-res', index: '1', description: 'not a label' }],
      join(dir, 'demo/2-res/features'),
    )
    expect(await typed('labels', 'import', dir)).toEqual({
      status: 0,
      printed: '5 labels in 4 files: 5 added.\n',
      said: '2 lines have no description.\n1 lines are of demo/7-none, which is no added set, and were left out.\n',
    })
    const common = {
      author: 'clk1',
      method: 'oai_token-act-pair',
      explainer: 'gpt-4o-mini',
      score: null,
      score_method: null,
    }
    expect(await explanations()).toEqual([
      { source: '1-res', index: 3, description: 'three', ...common },
      { source: '2-res', index: 9, description: 'another', ...common, score: 0.5, score_method: 'recall_alt' },
      { source: '2-res', index: 9, description: 'with \u2400 inside', ...common },
      { source: '2-res', index: 10, description: 'ten', ...common },
      { source: '2-res', index: 100, description: 'a hundred', ...common },
    ])
    expect(await label(9)).toEqual([
      { source: '1-res', label: null },
      { source: '2-res', label: 'another' },
    ])
    // Their model may be called otherwise here, and so may the set.
    expect(await typed('labels', 'import', join(dir, 'demo/7-none'), '--sae', '2-res')).toMatchObject({
      status: 0,
      printed: '1 labels in 1 file: 1 added.\n',
    })
  })

  it('reads CSV with a header, and takes a score that comes later', async () => {
    const folder = temporaryFolder()
    const path = file('mine.csv', ['index,description,author', '4,"a, b",ann', '5,plain,'], folder)
    expect(await typed('labels', 'import', path, '--sae', '1-res')).toMatchObject({
      status: 0,
      printed: '2 labels in 1 file: 2 added.\n',
    })
    file('mine.csv', ['index,description,author,score', '4,"a, b",ann,0.25', '5,plain,,'], folder)
    expect(await typed('labels', 'import', path, '--sae', '1-res')).toMatchObject({
      status: 0,
      printed: '2 labels in 1 file: 0 added, 1 known before, 1 scored anew.\n',
    })
    expect(await explanations()).toEqual([
      expect.objectContaining({ index: 4, description: 'a, b', author: 'ann', score: 0.25 }),
      expect.objectContaining({ index: 5, description: 'plain', author: 'mine', score: null }),
    ])
  })

  it('takes all good lines or none, and says what is wrong', async () => {
    const path = file('labels.jsonl', [
      { index: 1, description: 'good' },
      { index: 512, description: 'outside' },
      { index: 'x', description: 'no number' },
      '{"index": 3,',
    ])
    const refused = await typed('labels', 'import', path, '--sae', '2-res')
    expect(refused).toMatchObject({
      status: 2,
      printed: '',
      said: expect.stringMatching(
        /^error: 3 lines cannot be used and nothing was taken: labels\.jsonl: record \d .*; repair them, or take the others with --skip-broken\.\n$/,
      ) as string,
    })
    expect(await explanations()).toEqual([])
    const taken = await typed('labels', 'import', path, '--sae', '2-res', '--skip-broken')
    expect(taken).toMatchObject({ status: 0, printed: '1 labels in 1 file: 1 added.\n' })
    expect(taken.said).toContain('record 2 is of feature 512, and 2-res has the features 0 to 511')
    expect((await typed('labels', 'import', path, '--skip-broken')).said).toMatch(
      /do not name their set; name it with --sae\.\n$/,
    )
    expect((await typed('labels', 'import', file('x.txt', ['what is this']), '--sae', '2-res')).said).toMatch(
      /^error: x\.txt is neither one JSON object per line nor CSV/,
    )
    expect((await typed('labels', 'import', temporaryFolder(), '--sae', '2-res')).said).toMatch(
      /has no labels; expected explanations/,
    )
    expect((await typed('labels', 'import', '/nowhere', '--sae', '2-res')).said).toMatch(
      /^error: There is no file or folder \/nowhere/,
    )
  })
})
