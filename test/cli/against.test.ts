/** `tributary attribute --against` on the bundled model: what makes the difference of two prompts, and what is refused. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { main } from '../../cli/main.ts'
import { recordedContext } from './context.ts'

const model = join(import.meta.dirname, '../../demo/model')
async function run(...args: string[]) {
  const context = recordedContext()
  const status = await main(['attribute', '--model', model, '--threads', '1', '--text', 'The capital of France is', ...args], context)
  return { status, printed: context.printed, said: context.said }
}

const component = z.object({ kind: z.string(), index: z.number(), label: z.string() })
const documentSchema = z.object({
  first: z.object({ target: z.object({ value: z.number(), text: z.string() }) }), second: z.object({ target: z.object({ value: z.number(), text: z.string() }) }),
  value: z.number(), completenessError: z.number(), align: z.string(),
  differences: z.array(z.object({ component, counterpart: component.nullable(), first: z.number().nullable(), second: z.number().nullable(), difference: z.number() })),
})

it('the country makes the difference between two countries, and the differences sum to that of the logits', async () => {
  const { status, printed } = await run('--against', 'The capital of Italy is', '--target', 'Paris', '--json')
  expect(status).toBe(0)
  const { first, second, value, differences, completenessError } = documentSchema.parse(JSON.parse(printed))
  expect(value).toBeCloseTo(first.target.value - second.target.value, 8)
  expect(differences.reduce((sum, { difference }) => sum + difference, 0)).toBeCloseTo(value, 3)
  expect(completenessError).toBeLessThan(1e-5)
  const [most] = differences.toSorted((a, b) => b.difference - a.difference)
  expect([most!.component.label, most!.counterpart!.label]).toEqual([' France', ' Italy'])
})

it('is drawn with both scores, and says what stands in one prompt alone', async () => {
  const { status, printed } = await run('--against', 'The capital city of Italy is', '--target', 'Paris', '--align', 'end')
  expect(status).toBe(0)
  expect(printed).toContain('␣France / ␣Italy')
  expect(printed).toContain('(second alone)')
  expect(printed).toMatch(/first minus second (\S+); the differences sum to \1/)
})

it('says that the targets differ where each prompt has its own', async () => {
  const { said } = await run('--against', 'The capital of Italy is', '--by', 'head', '--layer', '2')
  expect(said).toContain('the prompts have targets of their own, " Paris" and " Rome"; name one with --target')
})

it('a second prompt can have its own target, position and groups', async () => {
  const { status, printed } = await run(
    '--against', 'Berlin is the capital of Germany', '--target', 'Paris', '--against-target', 'Germany', '--against-position', '-2', '--by', 'group', '--align', 'role', '--json',
    '--groups', '[{"label":"country","positions":[4]}]', '--against-groups', '[{"label":"country","positions":[1]}]')
  expect(status).toBe(0)
  const { second, differences } = documentSchema.parse(JSON.parse(printed))
  expect(second.target.text).toBe(' Germany')
  expect(differences.map(({ component: { label } }) => label)).toEqual(['country', 'rest'])
  expect(differences.every(({ first, second: other }) => first !== null && other !== null)).toBe(true)
})

it('says what both would cost', async () => {
  const cost = z.object({ flops: z.number(), components: z.number() })
  const [one, two] = [await run('--estimate', '--json'), await run('--against', 'The capital of France is', '--estimate', '--json')]
  const [single, both] = [cost.parse(JSON.parse(one.printed)), cost.parse(JSON.parse(two.printed))]
  expect(both.components).toBe(2 * single.components)
  expect(both.flops).toBe(2 * single.flops)
})

it.each([
  [['--align', 'end'], '--align is about a second prompt'],
  [['--against-target', 'Rome'], '--against-target is about a second prompt'],
  [['--against', 'a', '--align', 'role'], 'Positions have roles in chats alone'],
  [['--against', 'a', '--by', 'head', '--align', 'end'], 'are the same in both prompts'],
  [['--against', 'a', '--attention', '2.5'], 'A head is explained in one prompt'],
  [['--against', 'a', '--against-tokens', '1,2'], 'prompt was given'],
])('%j is refused with a sentence', async (flags, message) => {
  const { status, said } = await run(...flags)
  expect(status).not.toBe(0)
  expect(said).toContain(message)
})
