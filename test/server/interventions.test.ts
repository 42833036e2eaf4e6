/** Interventions from a question over HTTP, or from a whole dataset, to what is stored, with the bundled model. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { projectDir } from '../../src/config.ts'
import { main } from '../../cli/main.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { answerInterventions } from '../../src/interventions/answer.ts'
import { prepareInterventionQuestion, type ChangesQuestion } from '../../src/interventions/resolve.ts'
import { recordedContext } from '../cli/context.ts'
import { DEMO_MODEL, useDemoServer } from './demo-server.ts'

const TEXT = 'The capital of France is'
/** Of a logit of some 20. */
const DIGITS = 3

const SETS = join(DEMO_MODEL, '../saes')
const kit = useDemoServer({ sets: [await openFeatureSet(join(SETS, '2-res'))] })

const sideSchema = z.object({ value: z.number(), fall: z.number() })
const answerSchema = z.object({
  intervention: z.object({
    id: z.string(),
    before: sideSchema,
    free: sideSchema,
    frozen: sideSchema,
    predictedFall: z.number().nullable(),
    taken: z.array(z.object({ label: z.string(), score: z.number() })),
    tokens: z.array(z.object({ tokenId: z.number(), before: z.object({ rank: z.number() }) })),
  }),
})

const QUERY = `query ($changes: ChangesInput!, $text: String = "${TEXT}") {
  intervention(input: { model: "demo", text: $text, changes: $changes, target: { logit: { text: "Paris" } } }) {
    id before { value fall } free { value fall } frozen { value fall } predictedFall
    taken { label score } tokens { tokenId before { rank } }
  }
}`

async function ask(changes: object) {
  const answer = await kit.ask(QUERY, { changes })
  expect(answer.errors).toBeUndefined()
  return answerSchema.parse(answer.data).intervention
}

/** The same, by the engine alone. */
async function alone(changes: ChangesQuestion) {
  const attributor = await openAttributor(DEMO_MODEL, { threads: 1 })
  try {
    const prepared = await prepareInterventionQuestion({ text: TEXT, target: 'Paris', ...changes }, attributor)
    const mean = () => Promise.reject(new Error('no mean was asked for'))
    const [result] = await answerInterventions({ attributor, passes: attributor.passes!, sets: attributor.sets!, mean }, [prepared])
    return result!
  } finally {
    await attributor.close()
  }
}

describe('an intervention over GraphQL', () => {
  it('is what the engine answers, and is stored: the same question again has the same node', async () => {
    const heads = [{ layer: 3, head: 1 }, { layer: 2, head: 5 }]
    const found = await ask({ heads })
    const expected = await alone({ heads })
    expect(found.before.value).toBeCloseTo(expected.before.value, DIGITS)
    expect(found.free.value).toBeCloseTo(expected.free.value, DIGITS)
    expect(found.frozen.value).toBeCloseTo(expected.frozen.value, DIGITS)
    expect(found.predictedFall).toBeCloseTo(expected.predicted!, DIGITS)
    expect(found.free.fall).toBeCloseTo(found.before.value - found.free.value, 6)
    expect(found.before.fall).toBe(0)
    expect(found.taken.map(({ label }) => label)).toEqual(['L2.H5', 'L3.H1'])
    expect(found.tokens[0]!.before.rank).toBe(1)
    // In another order it is the same question.
    expect((await ask({ heads: heads.toReversed() })).id).toBe(found.id)
    const [counted] = await kit.store.query<{ count: number }>('SELECT count(*)::int AS count FROM intervention')
    expect(counted!.count).toBe(1)
    const node = await kit.ask('query ($id: ID!) { node(id: $id) { ... on Intervention { before { value } engine } } }', { id: found.id })
    expect(node.data).toEqual({ node: { before: { value: found.before.value }, engine: 'onnx-cpu-float32' } })
  })

  it('steers along a vector, which the key and the node know by its hash', async () => {
    const vector = Array.from({ length: 128 }, (_, d) => Math.sin(d))
    const steer = { layer: 2, vector, factor: 0.5 }
    const found = await ask({ steer })
    expect(found.free.value).toBeCloseTo((await alone({ steer: { layer: 2, direction: vector, factor: 0.5 } })).free.value, DIGITS)
    expect(found.predictedFall).toBeNull()
    expect((await ask({ steer: { ...steer, factor: 0.25 } })).id).not.toBe(found.id)
  })

  it.each([
    ['takes features out', { features: [{ source: '2-res', index: 320 }] }, ['--ablate', `${SETS}/2-res/320`]],
    ['steers along what a feature adds', { steer: { feature: { source: '2-res', index: 320 }, factor: 6 } }, ['--steer', `${SETS}/2-res/320`, '--factor', '6']],
  ])('%s, as the command line does', async (_name, changes, flags) => {
    const context = recordedContext()
    expect(await main(['intervene', '--model', DEMO_MODEL, '--threads', '1', '--text', TEXT, '--target', 'Paris', '--json', ...flags], context)).toBe(0)
    const printed = z.object({ before: z.object({ value: z.number() }), free: z.object({ value: z.number() }), frozen: z.object({ value: z.number() }) }).parse(JSON.parse(context.printed))
    const { before, free, frozen } = await ask(changes)
    expect([before.value, free.value, frozen.value].map((value) => value.toFixed(DIGITS))).toEqual([printed.before.value, printed.free.value, printed.frozen.value].map((value) => value.toFixed(DIGITS)))
    expect(Math.abs(free.value - before.value)).toBeGreaterThan(0.01)
  })

  it('can be asked for without waiting', async () => {
    const query = `mutation { requestIntervention(input: { model: "demo", text: "${TEXT}", changes: { mask: [4] } }) {
      intervention { free { value } } job { id } } }`
    const first = await kit.ask(query)
    expect(first.data).toMatchObject({ requestIntervention: { intervention: null, job: { id: expect.any(String) as string } } })
    await ask({ mask: [4] })
  })

  it.each([
    [{ heads: [{ layer: 9, head: 0 }] }, 'Layer 9 was asked for'],
    [{}, 'Nothing is to be changed'],
    [{ remove: [-1] }, 'is where the target is read'],
    [{ modules: [{ layer: 1, module: 'MLP' }], meanOver: 'nowhere' }, 'There is no dataset "nowhere" here'],
  ])('%j is refused with a sentence', async (changes, message) => {
    const answer = await kit.ask(QUERY, { changes })
    expect(answer.errors?.[0]?.message).toContain(message)
  })
})

describe('ingest --intervene', () => {
  const context = () => recordedContext({ environment: { DATABASE_URL: kit.url, TRIBUTARY_HOME: '/dev/null/tributary-home' } })
  const run = async (...args: string[]) => {
    const recorded = context()
    return { status: await main(args, recorded), printed: recorded.printed, said: recorded.said }
  }

  const facts = [['France', 'Paris'], ['Germany', 'Berlin'], ['Spain', 'Madrid']]

  it('takes the top components of every prompt out, stores all of it, and is done when asked again', async () => {
    const file = join(kit.folder, 'facts.jsonl')
    writeFileSync(file, facts.map(([country, answer]) => JSON.stringify({ prompt: `The capital of ${country} is`, answer })).join('\n'))
    expect(await run('dataset', 'add', file)).toMatchObject({ status: 0 })
    const command = ['ingest', '--model', 'demo', '--dataset', 'facts', '--intervene', 'top:2', '--by', 'head', '--no-work']
    // The worker of the server computes.
    expect(await run(...command)).toMatchObject({ status: 0, printed: expect.stringContaining('facts through demo with interventions: 3 of 3 prompts done') as string })
    const rows = await kit.store.query<{ prompt: number; target: string; fall: number; kinds: string[] }>(
      `SELECT prompt, target, fall_free AS fall, change_kinds AS kinds FROM intervention_readable WHERE dataset = 'facts' ORDER BY prompt`)
    const ofRun = rows.filter(({ kinds }) => kinds.join() === 'head')
    expect(ofRun.map(({ target }) => target.trim())).toEqual(expect.arrayContaining(['Paris', 'Berlin', 'Madrid']))
    expect(await run(...command)).toMatchObject({ status: 0, printed: expect.stringContaining('all 3 prompts were done before') as string })
    const answer = await kit.ask('{ runs(first: 1) { nodes { progress { done failed } items(first: 3) { nodes { status attribution { id } intervention { taken { label } } } } } } }')
    expect(answer.data).toEqual({ runs: { nodes: [{
      progress: { done: 3, failed: 0 },
      items: { nodes: Array(3).fill({ status: 'DONE', attribution: null, intervention: { taken: [expect.anything(), expect.anything()] } }) },
    }] } })
  })

  it('puts the mean over a dataset in the place of a sublayer, computes it once and keeps it', async () => {
    const command = ['ingest', '--model', 'demo', '--dataset', 'facts', '--intervene', 'modules:2.mlp', '--mean', 'facts', '--no-work']
    expect(await run(...command)).toMatchObject({ status: 0 })
    expect(await kit.store.query('SELECT place, positions FROM site_mean')).toEqual([{ place: '2.mlp_out', positions: 15 }])
    const found = await ask({ modules: [{ layer: 2, module: 'MLP' }], meanOver: 'facts' })
    expect(found.free.fall).not.toBeCloseTo((await ask({ modules: [{ layer: 2, module: 'MLP' }] })).free.fall, 1)
    expect(await kit.store.query('SELECT place FROM site_mean')).toHaveLength(1)
  })

  it('steers every prompt by a feature of a set, at the last position', async () => {
    const set = join(projectDir, 'demo/saes/2-res')
    const texts = join(kit.folder, 'texts.jsonl')
    writeFileSync(texts, facts.map(([country, answer]) => JSON.stringify({ text: `The capital of ${country} is ${answer}, and the capital of Italy is Rome.` })).join('\n'))
    await run('dataset', 'add', texts)
    const added = await run('sae', 'add', set, '--model', 'demo', '--prompts', 'texts')
    expect(added, added.said).toMatchObject({ status: 0 })
    const steered = ['ingest', '--model', 'demo', '--dataset', 'facts', '--no-work', '--intervene', `steer:${set}/320`, '--factor', '8', '--at', '-1']
    const done = await run(...steered)
    expect(done, done.said).toMatchObject({ status: 0, printed: expect.stringContaining('3 of 3 prompts done') as string })
    const rows = await kit.store.query<{ changes: { kind: string; factor: number; positions: number[] }[] }>(
      "SELECT changes FROM intervention WHERE change_kinds = ARRAY['steer'] AND changes -> 0 ->> 'factor' = '8'")
    expect(rows.map(({ changes }) => changes[0])).toEqual(Array(3).fill(expect.objectContaining({ kind: 'steer', factor: 8 })))
  })

  it.each([
    ['features:demo/2-res/320', { features: [{ source: '2-res', index: 320 }] }],
    ['steer:demo/2-res/320 --factor 6', { steer: { feature: { source: '2-res', index: 320 }, factor: 6 } }],
  ])('%s changes every prompt as the same question over GraphQL does', async (words, changes) => {
    expect(await run('ingest', '--model', 'demo', '--dataset', 'facts', '--no-work', '--intervene', ...words.split(' '))).toMatchObject({ status: 0 })
    const kind = words.split(':')[0] === 'steer' ? 'steer' : 'feature'
    const rows = await kit.store.query<{ free: number }>(
      `SELECT value_free AS free FROM intervention_readable WHERE dataset = 'facts' AND '${kind}' = ANY(change_kinds) AND target = ' Paris'`)
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.map(({ free }) => free.toFixed(DIGITS))).toContain((await ask(changes)).free.value.toFixed(DIGITS))
  })

  it.each([
    [['--intervene', 'tops:2'], '--intervene is "tops:2"; expected top:…'],
    [['--mean', 'facts'], 'say how something is changed; say what with --intervene'],
    [['--intervene', 'heads:7.0'], 'Layer 7 was asked for'],
  ])('%j is refused before anything is begun', async (flags, message) => {
    const before = await kit.store.query('SELECT id FROM run')
    const { status, said } = await run('ingest', '--model', 'demo', '--dataset', 'facts', '--no-work', ...flags)
    expect(status).not.toBe(0)
    expect(said).toContain(message)
    expect(await kit.store.query('SELECT id FROM run')).toEqual(before)
  })
})
