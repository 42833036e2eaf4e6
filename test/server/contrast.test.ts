/** Two prompts over HTTP: what the engine says of each, and differences that sum to the difference. */
import { expect, it } from 'vitest'
import { z } from 'zod'
import { useDemoServer } from './demo-server.ts'

const kit = useDemoServer()

const component = z.object({ kind: z.string(), index: z.number(), label: z.string() })
const schema = z.object({
  attributionContrast: z.object({
    value: z.number(), completenessError: z.number(), totalCount: z.number(), tailMass: z.number(),
    first: z.object({ scores: z.array(z.number()), target: z.object({ value: z.number() }), sequence: z.object({ text: z.string() }) }),
    second: z.object({ scores: z.array(z.number()), target: z.object({ value: z.number() }), sequence: z.object({ text: z.string() }) }),
    differences: z.array(z.object({
      first: z.number().nullable(), second: z.number().nullable(), difference: z.number(), component, counterpart: component.nullable(),
    })),
  }),
})
const QUERY = `query ($input: AttributionContrastInput!, $first: Int = 1000, $orderBy: DifferenceOrder = COMPONENT) { attributionContrast(input: $input) {
  value completenessError totalCount tailMass
  first { scores target { value } sequence { text } } second { scores target { value } sequence { text } }
  differences(first: $first, orderBy: $orderBy) { first second difference component { kind index label } counterpart { kind index label } }
} }`

const FIRST = 'The capital of France is'
const SECOND = 'The capital city of Italy is'
const side = (text: string, partition: object) => ({ model: 'demo', text, partition, target: { logit: { text: 'Paris' } } })

async function ask(partition: object, more: object = {}, variables: object = {}) {
  const answer = await kit.ask(QUERY, { input: { first: side(FIRST, partition), second: side(SECOND, partition), ...more }, ...variables })
  expect(answer.errors).toBeUndefined()
  return schema.parse(answer.data).attributionContrast
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0)

it.each([
  ['token', { token: {} }], ['word', { group: { by: 'WORDS' } }], ['head of a layer', { head: { layer: 2 } }],
  ['neuron, most of which have no row', { neuron: { layer: 1 } }],
])('differences by %s sum to the difference of the targets, and are those of the two attributions', async (_name, partition) => {
  const { value, differences, tailMass, first, second, completenessError, totalCount } = await ask(partition)
  const largest = Math.max(...[...first.scores, ...second.scores].map(Math.abs))
  expect(value).toBeCloseTo(first.target.value - second.target.value, 6)
  expect(Math.abs(total(differences.map(({ difference }) => difference)) + tailMass - value)).toBeLessThan(1e-5 * largest)
  expect(completenessError).toBeLessThan(1e-5)
  expect(differences).toHaveLength(totalCount)
  for (const each of differences) expect(each.difference).toBeCloseTo((each.first ?? 0) - (each.second ?? 0), 6)
  expect([first.sequence.text, second.sequence.text]).toEqual([FIRST, SECOND])
})

it('neurons that have a row on one side alone have both scores all the same', async () => {
  const { differences, first, second } = await ask({ neuron: { layer: 1 } })
  expect(differences.length).toBeGreaterThan(256)
  for (const each of differences.filter(({ component: { kind } }) => kind === 'neuron')) {
    expect(each.first).toBeCloseTo(first.scores[each.component.index]!, 5)
    expect(each.second).toBeCloseTo(second.scores[each.component.index]!, 5)
  }
})

it('counted from the end the countries stand side by side, and make the difference', async () => {
  const { differences } = await ask({ token: {} }, { align: 'END' }, { first: 1, orderBy: 'MAGNITUDE' })
  expect(differences).toHaveLength(1)
  expect([differences[0]!.component.label, differences[0]!.counterpart!.label]).toEqual([' France', ' Italy'])
})

it.each([
  ['splits that differ', { second: side(SECOND, { head: { layer: 1 } }) }, 'split both alike'],
  ['roles without a chat', { align: 'ROLE' }, 'Positions have roles in chats alone'],
  ['a model that is not there', { second: { ...side(SECOND, { token: {} }), model: 'other' } }, 'other'],
])('%s: refused with a sentence', async (_name, more, message) => {
  const answer = await kit.ask(QUERY, { input: { first: side(FIRST, { token: {} }), second: side(SECOND, { token: {} }), ...more } })
  expect(answer.errors?.[0]?.message).toContain(message)
})
