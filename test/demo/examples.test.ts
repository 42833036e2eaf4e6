/** The examples of demo/README.md, typed again: they print what is written there. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { main } from '../../cli/main.ts'
import { projectDir } from '../../src/config.ts'
import { recordedContext } from '../cli/context.ts'
import { demoReadme, tableOf } from './readme.ts'

/** Digits after the point that are written. */
const DIGITS = 3

const answerSchema = z.object({
  tokens: z.array(z.object({ text: z.string() })),
  target: z.object({ value: z.number() }),
  completenessError: z.number(),
  contributions: z.array(z.object({ component: z.object({ kind: z.string(), index: z.number(), label: z.string() }), score: z.number() })),
})

const section = demoReadme.indexOf('## One attribution of each kind')
const examples = [...demoReadme.slice(section).matchAll(/^\*\*(.+)\*\*\n\n```sh\ntributary (.+)\n```\n\nTarget: .*?, (-?[\d.]+); .* within ([\d.e-]+)\.$/gm)]
  .map(({ index, 1: title, 2: command, 3: target, 4: error }) => ({
    title: title!, command: command!, target: Number(target), error: Number(error), rows: tableOf('| component | score |', section + index),
  }))

/** As a shell cuts a line; files are named from the project's folder. */
const wordsOf = (line: string): string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)]
  .map(([, quoted, bare]) => quoted ?? (bare!.startsWith('demo/') ? join(projectDir, bare!) : bare!))

test('there is an example of every kind', () => {
  expect(examples.map(({ command }) => /--by (\w+)/.exec(command)?.[1])).toEqual(['token', 'group', 'head', 'neuron', 'subspace', 'token'])
})

test.each(examples)('$title', async ({ command, target, error, rows }) => {
  const context = recordedContext()
  expect(await main([...wordsOf(command), '--json'], context), context.said).toBe(0)
  const answer = answerSchema.parse(JSON.parse(context.printed))
  expect(answer.target.value).toBeCloseTo(target, DIGITS - 1)
  expect(answer.completenessError).toBeLessThan(Math.max(1e-6, 10 * error))
  const by = /--by (\w+)/.exec(command)![1]!
  const scores = answer.contributions.filter(({ component }) => by === 'subspace' || component.kind === by)
    .sort((a, b) => b.score - a.score).slice(0, rows.length)
  // The README calls tokens by their text, and the two parts of a subspace by what they are.
  const named = scores.map(({ component: { kind, index, label } }) => (kind === 'token' ? answer.tokens[index]!.text.trim() : by === 'subspace' ? kind : label))
  expect(named).toEqual(rows.map(([name]) => name))
  scores.forEach(({ score }, i) => expect(score).toBeCloseTo(Number(rows[i]![1]), DIGITS - 1))
})
