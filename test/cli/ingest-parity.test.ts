/**
 * What `attribute` and `intervene` can be asked of one prompt, `ingest` can be asked of a dataset. The lists are the commands'
 * own; what is missing stands here with its reason, and a reason that is not needed any more fails, too.
 */
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { interveneWords, readIntervene } from '../../cli/commands/change-options.ts'
import { openSets } from '../../cli/feature-sets.ts'
import { buildProgram } from '../../cli/program.ts'
import { attachOptions, detachOptions, runOptionsSchema } from '../../ingest/run/options.ts'
import { projectDir } from '../../src/config.ts'
import { runWork } from '../../src/interventions/words.ts'
import { recordedContext } from './context.ts'

const ONE_PROMPT = 'a dataset has the prompts'
const PRINTED = 'it says how an answer is printed, and what is stored has all of it'
const COST = 'ingest prints no answer; the cost of one prompt is that of attribute --estimate'
const WORKER = 'workers have it from their environment, since several share a run'
const ATTENTION = 'why a head attends is computed and printed, and is no noun of the store'

const CONTRAST = 'two prompts are compared when they are asked for, and a record has one; what a run stored is compared in SQL'

/** Flags that `ingest` has not, and why. */
const REASONS: Readonly<Record<string, string>> = {
  '--text': ONE_PROMPT,
  '--tokens': ONE_PROMPT,
  '--attention': ATTENTION,
  '--query': ATTENTION,
  '--key': ATTENTION,
  '--keys': ATTENTION,
  '--pattern': ATTENTION,
  '--against': CONTRAST,
  '--against-chat': CONTRAST,
  '--against-groups': CONTRAST,
  '--against-position': CONTRAST,
  '--against-target': CONTRAST,
  '--against-tokens': CONTRAST,
  '--align': CONTRAST,
  '--top': PRINTED,
  '--json': PRINTED,
  '--estimate': COST,
  '--engine': WORKER,
  '--device': WORKER,
  '--threads': WORKER,
  '--memory-limit': WORKER,
  '--weight-limit': WORKER,
}
/** Of `intervene` alone. */
const REASONS_OF_INTERVENE: Readonly<Record<string, string>> = {
  ...REASONS,
  '--show': PRINTED,
}

let flags: (command: string) => string[]
const folder = mkdtempSync(join(tmpdir(), 'tributary-parity-'))
beforeAll(async () => {
  const { commands } = await buildProgram(recordedContext({ environment: {} }))
  flags = (name) => commands.find((command) => command.name() === name)!.options.map(({ long }) => long ?? '')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('ingest has every flag of attribute, but those that have a reason not to be there', () => {
  const missing = flags('attribute').filter((flag) => !flags('ingest').includes(flag))
  expect(missing.sort()).toEqual(Object.keys(REASONS).sort())
})

it('ingest --intervene has a word for every change that intervene has a flag for', () => {
  const said = Object.values(interveneWords) as string[]
  expect(said.filter((flag) => !flags('intervene').includes(flag))).toEqual([])
  const missing = flags('intervene').filter((flag) => !flags('ingest').includes(flag) && !said.includes(flag))
  expect(missing.filter((flag) => !(flag in REASONS_OF_INTERVENE))).toEqual([])
})

it('every word of --intervene becomes what is changed, goes into the store and comes back', async () => {
  const set = join(projectDir, 'demo/saes/2-res')
  writeFileSync(join(folder, 'direction.json'), '[1, 0.5]')
  const sets = openSets(recordedContext())
  const typed: Record<keyof typeof interveneWords, { list: string; beside?: object }> = {
    top: { list: '2' }, bottom: { list: '2', beside: { how: 'mask' } }, heads: { list: '1.2' }, neurons: { list: '1.20' },
    modules: { list: '2.mlp' }, remove: { list: '1,-2' }, mask: { list: '3' }, features: { list: `${set}/3,${set}/4`, beside: { at: [-1] } },
    steer: { list: join(folder, 'direction.json'), beside: { steerLayer: 1, factor: 2 } },
  }
  const words: (string | null)[] = []
  for (const [word, { list, beside = {} }] of [...Object.entries(typed), ['steer', { list: `${set}/7`, beside: { factor: 4 } }] as const]) {
    const intervene = await readIntervene({ intervene: `${word}:${list}`, ...beside }, sets)
    const options = runOptionsSchema.parse({ by: 'head', intervene })
    const { options: stored, vectors } = detachOptions(options)
    expect(JSON.stringify(stored)).not.toContain('[1,0.5]')
    const rows = (hash: string) => Promise.resolve(vectors.filter((each) => each.hash === hash).map(() => [1, 0.5]))
    expect(await attachOptions(JSON.parse(JSON.stringify(stored)), rows), word).toEqual(options)
    expect(intervene, word).not.toEqual({})
    words.push(runWork(stored, 'demo').change)
  }
  // What lists of runs say is what was typed.
  expect(words).toEqual([
    'top:2', 'bottom:2 --how mask', 'heads:1.2', 'neurons:1.20', 'modules:2.mlp', 'remove:1,-2', 'mask:3', 'features:demo/2-res/3,demo/2-res/4 --at -1',
    'steer:FILE --steer-layer 1 --factor 2', 'steer:demo/2-res/7 --factor 4',
  ])
  expect(runWork(detachOptions(runOptionsSchema.parse({ by: 'head' })).options, 'demo')).toEqual({ computes: 'attributions', change: null })
  await expect(readIntervene({ intervene: 'heads:1.2', factor: 2 }, sets)).rejects.toThrow('they belong to --intervene steer:')
  await expect(readIntervene({ at: [1] }, sets)).rejects.toThrow('say what with --intervene')
})
