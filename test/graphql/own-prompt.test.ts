/** Two texts with the same ids share what is stored; each answer has the text and the spans of its own question. */
import { expect, it } from 'vitest'
import type { OwnPrompt, Outcome } from '../../schema/ports.ts'
import { fakeAttributions } from './fake-ports.ts'
import { useGraphql } from './harness.ts'
import { keyOf } from './seed.ts'

const harness = useGraphql()
const stored: Outcome = { state: 'stored', key: keyOf(0, 'token') }

const FIELDS = `key warnings
  sequence { text tokens { index text start end } }
  contributions(first: 2) { nodes { component { label ... on TokenComponent { token { text start end } } } } }`

async function ask(texts: string[]) {
  const sequence = await harness.database.sequence.findFirstOrThrow({ where: { results: { some: { key: keyOf(0, 'token') } } } })
  const own = (text: string): OwnPrompt => ({
    sequenceHash: sequence.hash,
    text,
    tokens: Array.from({ length: 5 }, (_, index) => ({ index, id: index, text: `${text[index]}`, start: index, end: index + 1 })),
    warnings: [`about ${text}`],
  })
  const attributions = fakeAttributions(() => stored)
  attributions.prepare = async (_model, { text }) => ({
    request: (await fakeAttributions(() => stored).prepare(0, { by: 'token' })).request,
    own: text == null ? null : own(text),
  })
  const fields = texts.map((text, k) => `q${k}: attribute(input: { model: "tiny", ${text}, partition: { token: {} } }) { ${FIELDS} }`)
  return harness.run(`{ ${fields.join(' ')} }`, { ports: { attributions } })
}

it('gives each of two questions in one request its own text, spans and labels', async () => {
  const { data, errors } = await ask(['text: "abcde"', 'text: "vwxyz"'])
  expect(errors).toEqual([])
  const answers = data as Record<string, unknown>
  for (const [name, text] of [['q0', 'abcde'], ['q1', 'vwxyz']] as const) {
    expect(answers[name]).toMatchObject({
      warnings: [`about ${text}`],
      sequence: { text, tokens: Array.from(text, (character, index) => ({ index, text: character, start: index, end: index + 1 })) },
      contributions: { nodes: Array.from(text.slice(0, 2), (character, index) => ({
        component: { label: character, token: { text: character, start: index, end: index + 1 } },
      })) },
    })
  }
})

it('gives a question of ids what the ids say', async () => {
  const { data } = await ask(['text: "abcde"', 'tokenIds: [1]'])
  expect((data as Record<string, unknown>).q1).toMatchObject({ warnings: [], sequence: { text: 'The capital of France is' } })
})
