/** A prompt of messages: read as the template writes it, and grouped by whose words they are. */
import { expect, it } from 'vitest'
import { prepareQuestion } from '../../src/attribution/resolve.ts'
import { groupByRole } from '../../src/depass/partition/groups.ts'
import { tinyConfig, tinyModel, tinyTokenizer, tokensOf } from './resolve-fixtures.ts'

const context = {
  model: tinyModel, tokenizer: tinyTokenizer(), config: tinyConfig, engine: 'onnx-cpu', memoryLimitBytes: 2 ** 30,
}
const messages = [{ role: 'system', content: 'The tower' }, { role: 'user', content: 'Paris is' }]

it('a chat brings its special tokens along: the tokenizer adds none', async () => {
  const { request, text } = await prepareQuestion({ by: 'token', messages }, context)
  expect(request.tokenIds).toEqual([10, 11, 13, 2, 7])
  expect(text).toBe('The tower\nParis is')
})

it('groups by role are one a message, and the rest', async () => {
  const { request, groupLabels } = await prepareQuestion({ by: 'group', groups: 'roles', messages }, context)
  expect(request.partition).toEqual({ by: 'group', layer: 0, groups: [[0, 1], [3, 4], [2]] })
  expect(groupLabels).toEqual(['system', 'user', 'rest'])
})

it('roles that return are numbered, a message without a token has no group, and a token over the edge belongs to the message', () => {
  const { tokens } = tokensOf('<s>', 'a b', ' c', 'd')
  const spans = [{ role: 'user', span: { start: 1, end: 3 } }, { role: 'tool', span: null }, { role: 'user', span: { start: 5, end: 6 } }]
  expect(groupByRole(tokens, spans)).toEqual([
    { positions: [1], label: 'user 1' }, { positions: [3], label: 'user 2' }, { positions: [0, 2], label: 'rest' },
  ])
})

it.each([
  [{ messages, text: 'The' }, 'The prompt was given as messages and otherwise; give one of them.'],
  [{ text: 'The', by: 'group' as const, groups: 'roles' as const }, 'Groups by role need a chat; give the prompt as messages.'],
])('is refused: %j', async (question, message) => {
  await expect(prepareQuestion({ by: 'token', ...question }, context)).rejects.toMatchObject({ code: 'BAD_INPUT', message })
})

it('a beginning of sequence that is typed where the tokenizer adds one is told, and read as it was typed', async () => {
  const tokenizer = tinyTokenizer()
  const twice: typeof tokenizer = {
    ...tokenizer,
    encode: async (text) => {
      const begin = { id: 0, text: '<s>', start: null, end: null }
      return text.startsWith('<s>') ? [begin, { ...begin, start: 0, end: 3 }, ...(await tokenizer.encode(text.slice(3), { specials: false }))] : tokenizer.encode(text)
    },
  }
  const { request, warnings } = await prepareQuestion({ by: 'token', text: '<s>The' }, { ...context, tokenizer: twice })
  expect(request.tokenIds).toEqual([0, 0, 10])
  expect(warnings).toEqual([expect.stringMatching(/^The prompt begins with <s>, which the tokenizer adds by itself: the model reads it twice/)])
  expect((await prepareQuestion({ by: 'token', text: 'The' }, { ...context, tokenizer: twice })).warnings).toEqual([])
})
