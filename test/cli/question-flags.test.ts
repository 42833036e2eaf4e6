/** Every flag that says what is asked arrives in the question: one that is taken and dropped would change no number and say nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { afterAll, expect, it } from 'vitest'
import { readQuestionFlags, withQuestionOptions } from '../../cli/commands/question-options.ts'
import { openSets } from '../../cli/feature-sets.ts'
import { projectDir } from '../../src/config.ts'
import { recordedContext } from './context.ts'

const folder = mkdtempSync(join(tmpdir(), 'tributary-flags-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const set = join(projectDir, 'demo/saes/2-res')
/** For every flag what may be typed after it, with what it needs beside it. */
const typed: Readonly<Record<string, { value: string; beside?: readonly string[] }>> = {
  '--by': { value: 'head' },
  '--groups': { value: 'sentences' },
  '--layer': { value: '2' },
  '--neurons': { value: '1,2' },
  '--module': { value: 'mlp' },
  '--basis': { value: file('basis.json', '[[1,0],[0,1]]') },
  '--sae': { value: set },
  '--features': { value: '7' },
  '--only': { value: '3' },
  '--per': { value: 'feature' },
  '--target': { value: 'Paris' },
  '--minus': { value: 'Rome' },
  '--answer': { value: 'the city of Paris' },
  '--feature': { value: `${set}/320` },
  '--direction': { value: file('direction.json', '[1,0]') },
  '--at-layer': { value: '1', beside: ['--direction', file('other.json', '[1,0]')] },
  '--position': { value: '-2' },
  '--mode': { value: 'reference' },
  '--exclude-first': { value: 'false' },
  '--rule': { value: 'taylor' },
  '--temperature': { value: '0.5' },
  '--decode': { value: '3' },
}

const command = () => withQuestionOptions(new Command().exitOverride(), { target: '', minus: '', answer: '' })

async function question(args: readonly string[]) {
  const parsed = command().parse([...args], { from: 'user' })
  return readQuestionFlags(parsed.opts(), openSets(recordedContext()))
}

it.each(command().options.map(({ long }) => long ?? ''))('%s changes what is asked', async (flag) => {
  const { value, beside = [] } = typed[flag] ?? {}
  if (value === undefined) throw new Error(`the test does not know what to type after ${flag}`)
  expect(await question([...beside, flag, value])).not.toEqual(await question(beside))
})
