/** `tributary graph` on the bundled model: what is printed, what is exported, what is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'
import { main } from '../../cli/main.ts'
import { recordedContext } from './context.ts'

const demo = join(import.meta.dirname, '../../demo')
const folder = mkdtempSync(join(tmpdir(), 'tributary-graph-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(...args: string[]) {
  const context = recordedContext()
  const status = await main(['graph', ...args], context)
  return { status, printed: context.printed, said: context.said }
}
const asked = ['--model', join(demo, 'model'), '--text', 'The capital of France is', '--threads', '1']
const sae = ['--sae', `${demo}/saes/1-res,${demo}/saes/2-res`]

it('of the bundled sets says how France and capital lead to Paris, and exports what it shows', async () => {
  const shown = await run(...asked, ...sae)
  expect(shown).toMatchObject({ status: 0, said: '' })
  expect(shown.printed).toMatch(/nodes, \d+ direct edges/)
  expect(shown.printed).toContain('␣Paris 100.0%')
  expect(shown.printed).toMatch(/strongest ways\n +0\.\d+ {2}␣(capital|France) → L1\.F\d+@\d → L2\.F\d+@\d → ␣Paris/)
  const exported = await run(...asked, ...sae, '--json')
  const file = join(folder, 'graph.json')
  writeFileSync(file, exported.printed)
  expect((await run('--show', file)).printed).toBe(shown.printed)
  expect((await run('--show', file, '--json')).printed).toBe(exported.printed)
})

it('tells the ways from or to a node that was named, and refuses a name of none', async () => {
  const file = join(folder, 'ways.json')
  writeFileSync(file, (await run(...asked, ...sae, '--json')).printed)
  const ways = async (...flags: string[]) => {
    const { printed } = await run('--show', file, ...flags)
    return printed.slice(printed.indexOf('strongest ways')).split('\n').slice(1).filter((line) => line.includes(' → '))
  }
  const to = await ways('--to', '1_194_5', '--paths', '2')
  expect(to).toHaveLength(2)
  for (const way of to) expect(way).toMatch(/ → L1\.F194@5$/)
  const from = await ways('--from', '1_194_5')
  expect(from[0]).toMatch(/^ +0\.\d+ {2}L1\.F194@5 → .*␣Paris$/)
  expect((await run('--show', file, '--to', '1_194_5', '--from', '2_320_5')).printed).toContain('no way leads there')
  const unknown = await run('--show', file, '--to', '9_9_9')
  const [, such = ''] = /^error: The graph has no node "9_9_9"; give the id of one of its nodes, such as (\S+)\.\n$/.exec(unknown.said) ?? []
  expect((await run('--show', file, '--to', such)).status).toBe(0)
  expect((await run(...asked, ...sae, '--json', '--to', '2_320_5')).said).toContain('leave them out')
})

it('keeps to its thresholds and its budget of nodes, and takes the tokens that were named', async () => {
  const nodes = z.object({ nodes: z.array(z.object({ node_id: z.string(), feature_type: z.string() })) })
  const read = async (...flags: string[]) => nodes.parse(JSON.parse((await run(...asked, '--by', 'head', '--json', ...flags)).printed)).nodes
  const [all, few, most] = [await read(), await read('--threshold', '0.5'), await read('--max-nodes', '12')]
  expect(few.length).toBeLessThan(all.length)
  expect(most.length).toBeLessThanOrEqual(12)
  const logits = (await read('--targets', ' Paris', ' Lyon')).filter(({ feature_type: type }) => type === 'logit')
  expect(logits).toHaveLength(2)
})

it('says what it would cost, in numbers, and refuses what is too large before any work', async () => {
  expect((await run(...asked, ...sae, '--estimate')).printed).toMatch(/^This would need [\d.]+ MiB of memory, up to [\d.]+ MiB as ps shows it, and [\d.]+ MFLOP for [\d,]+ components\.\n$/)
  const refused = await run(...asked, ...sae, '--memory-limit', '1MiB')
  expect(refused.status).not.toBe(0)
  expect(refused.said).toMatch(/This needs [\d.]+ MiB of memory, and the limit is 1\.0 MiB/)
})

it('of total edges between sublayers says what they cost before the run, and what around a sublayer leads to the logit', async () => {
  const total = ['--by', 'module', '--edges', 'total']
  const cost = z.object({ bytes: z.number(), flops: z.number() })
  const [direct, all] = [await run(...asked, '--by', 'module', '--estimate', '--json'), await run(...asked, ...total, '--estimate', '--json')]
  expect(cost.parse(JSON.parse(all.printed)).flops).toBeGreaterThan(cost.parse(JSON.parse(direct.printed)).flops)
  expect((await run(...asked, ...total, '--memory-limit', '64KiB')).said).toMatch(/This needs [\d.]+ .iB of memory, and the limit is 64/)
  const shown = await run(...asked, ...total, '--threshold', '1', '--edge-threshold', '1')
  expect(shown).toMatchObject({ status: 0, said: '' })
  expect(shown.printed).toMatch(/nodes, \d+ total edges/)
  expect(shown.printed).toMatch(/\d_(attention|mlp)_stream +L\d\.STREAM \((attention|mlp)\)/)
})

it.each([
  [['--text', 'x'], 'A graph needs a model'],
  [[...asked, ...sae, '--by', 'head'], 'name feature sets or say by what, not both'],
  [[...asked, '--features', '5'], 'How many features are nodes matters where feature sets are named'],
  [[...asked, '--sae', './nowhere'], 'There is no feature set "./nowhere"'],
  [[...asked, '--mode', 'reference'], 'Sums close in corrected mode only'],
  [[...asked, '--threshold', '1.5'], 'The threshold of nodes is 1.5'],
  [[...asked, '--estimate', '--from', 'embedding:0'], 'there are no ways to tell'],
  [['--show', join(demo, 'nothing.json'), '--estimate'], 'leave --estimate out'],
  [['--show', join(demo, 'nothing.json')], 'There is no file'],
  [['--show', join(demo, 'README.md')], 'is no JSON'],
])('%j is refused with a sentence', async (flags, message) => {
  const { status, said } = await run(...flags)
  expect(status).not.toBe(0)
  expect(said).toContain(message)
})
