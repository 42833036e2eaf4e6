/** `tributary attribute --attention` on the bundled model: a head that moves names, and what is refused. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { main } from '../../cli/main.ts'
import { recordedContext } from './context.ts'

const model = join(import.meta.dirname, '../../demo/model')
async function run(...args: string[]) {
  const context = recordedContext()
  const status = await main(['attribute', '--model', model, '--threads', '1', ...args], context)
  return { status, printed: context.printed, said: context.said }
}
const TEXT = 'Mary and John went to the shop. John gave a book to'

const documentSchema = z.object({
  tokens: z.array(z.object({ text: z.string() })), query: z.number(), components: z.array(z.object({ kind: z.string(), index: z.number(), label: z.string() })),
  keys: z.array(z.object({ key: z.number(), attention: z.number(), score: z.number(), byQuery: z.array(z.number()), byKey: z.array(z.number()), completenessError: z.number() })),
})

it('says why a head attends to the name that is to come: the other name in the query, the name itself in the key', async () => {
  const { status, printed } = await run('--text', TEXT, '--attention', '2.5', '--json')
  expect(status).toBe(0)
  const { tokens, query, components, keys: [first] } = documentSchema.parse(JSON.parse(printed))
  const best = (scores: readonly number[]) => components[scores.indexOf(Math.max(...scores))]!.label
  expect(query).toBe(tokens.length - 1)
  expect(tokens[first!.key]!.text).toBe('Mary')
  expect(first!.attention).toBeGreaterThan(0.5)
  expect(best(first!.byKey)).toBe(' Mary')
  expect(best(first!.byQuery)).toBe(' John')
  expect(first!.completenessError).toBeLessThan(1e-5)
})

it('says where a head attends from every position', async () => {
  const { status, printed } = await run('--text', TEXT, '--attention', '2.5', '--pattern', '--json')
  expect(status).toBe(0)
  const { tokens, rows } = z.object({ tokens: z.array(z.object({ text: z.string() })), rows: z.array(z.array(z.number())) }).parse(JSON.parse(printed))
  expect(rows).toHaveLength(tokens.length)
  for (const [query, row] of rows.entries()) {
    expect(row.reduce((sum, attention) => sum + attention, 0)).toBeCloseTo(1, 5)
    expect(row.slice(query + 1).every((attention) => attention === 0)).toBe(true)
  }
  const last = rows.at(-1)!
  expect(tokens[last.indexOf(Math.max(...last))]!.text).toBe('Mary')
  const drawn = await run('--text', 'Mary and', '--attention', '2.5', '--pattern')
  expect(drawn.printed).toMatch(/^head 2\.5, query by key\n\nquery +0 <s> +1 Mary +2 ␣and\n0 <s> +100\.0%\n1 Mary/)
})

it('calls the parts of a character by their bytes, wherever a token is named', async () => {
  const asked = ['--text', 'The … is …', '--attention', '2.5']
  const explained = await run(...asked, '--key', '9')
  expect(explained.printed).toContain('why it attends to 9 (<0x80>)')
  expect(explained.printed).toMatch(/^\d.*% .* 9 +<0x80>$/m)
  expect((await run(...asked, '--pattern')).printed).toMatch(/^query .* 8 <0xE2> +9 <0x80> +10 …$/m)
  expect((await run('--text', 'The … is …', '--position', '8')).printed).toContain('at position 8 (after <0xE2>)')
  const { tokens } = z.object({ tokens: z.array(z.looseObject({})) }).parse(JSON.parse((await run(...asked, '--json')).printed))
  expect(tokens.slice(8)).toEqual([
    { index: 8, id: expect.any(Number) as number, text: '', label: '<0xE2>' },
    { index: 9, id: expect.any(Number) as number, text: '', label: '<0x80>' },
    { index: 10, id: expect.any(Number) as number, text: '…' },
  ])
})

it.each([
  [['--attention', '2.5', '--pattern', '--query', '1'], 'leave --query out'],
  [['--attention', '2.5', '--pattern', '--by', 'head'], 'leave --by out'],
  [['--attention', '2.5', '--pattern', '--at-layer', '1'], 'leave --at-layer out'],
  [['--pattern'], 'give the head with --attention'],
  [['--attention', '2.5,1.0'], 'One head is explained at a time'],
  [['--attention', '2.5', '--target', 'Paris'], '--target says what is attributed'],
  [['--attention', '2.5', '--key', '1', '--keys', '3'], 'One key was named, and a number of keys'],
  [['--attention', '2.5', '--key', '99'], 'The key 99 was asked for'],
  [['--attention', '9.0'], 'Layer 9 was asked for'],
  [['--query', '1'], 'give the head with --attention'],
])('%j is refused with a sentence', async (flags, message) => {
  const { status, said } = await run('--text', TEXT, ...flags)
  expect(status).not.toBe(0)
  expect(said).toContain(message)
})
