import { expect, it } from 'vitest'
import { runOptionsSchema } from '../../../ingest/run/options.ts'
import { promptRequest } from '../../../ingest/run/prompt-request.ts'
import { tinyModel, tinyTokenizer } from '../../attribution/resolve-fixtures.ts'

const model = { model: tinyModel, tokenizer: tinyTokenizer(), config: null, engine: 'an-engine', memoryLimitBytes: 0 }
const options = (given: object = {}) => runOptionsSchema.parse({ by: 'token', ...given })
const prompt = { text: 'The tower is in', answer: 'Darrieux' }

it('asks for the first token of the answer as it follows the prompt', async () => {
  expect(await promptRequest(prompt, options(), model)).toMatchObject({
    prepared: {
      request: { position: 4, target: { type: 'logit', tokenId: 4 }, excludeFirst: true, temperature: 0.1 },
      tokens: [{ text: '<s>' }, { text: 'The' }, { text: ' tower' }, { text: ' is' }, { text: ' in' }],
    },
    answer: { tokenId: 4, text: ' Dar', tokens: 3 },
  })
})
it("asks for the model's own next token where there is no answer, or where that is wanted", async () => {
  const next = { prepared: { request: { target: { type: 'logit', tokenId: 'next' } } } }
  expect(await promptRequest({ ...prompt, answer: null }, options(), model)).toMatchObject({ ...next, answer: null })
  expect(await promptRequest(prompt, options({ target: 'next' }), model)).toMatchObject({ ...next, answer: { tokens: 3 } })
})

it('expects the first token of the answer whatever the target is, and nothing where there is no answer', async () => {
  const direction = { layer: 1, vector: [1, 0, 0, 0] }
  for (const given of [{}, { target: 'next' }, { target: '#3' }, { direction }])
    expect(await promptRequest(prompt, options(given), model)).toMatchObject({ prepared: { expectedTokenId: 4 } })
  expect(await promptRequest({ ...prompt, answer: null }, options(), model)).toMatchObject({ prepared: { expectedTokenId: null } })
})

it('passes on what every prompt is asked', async () => {
  const asked = { by: 'group', groups: 'words', mode: 'reference', rule: 'taylor', excludeFirst: null }
  expect(await promptRequest({ text: 'The Darrieux is', answer: null }, options(asked), model)).toMatchObject({
    prepared: { request: { partition: { by: 'group', groups: [[0], [1], [2, 3, 4], [5]] }, mode: 'reference', rule: 'taylor' } },
  })
  expect(await promptRequest(prompt, options({ temperature: 0.5 }), model)).toMatchObject({ prepared: { request: { temperature: 0.5 } } })
})

it('says why a prompt cannot be asked', async () => {
  expect(await promptRequest({ text: ' is'.repeat(20), answer: null }, options(), model)).toEqual({
    reason: 'The prompt has 21 tokens, but tiny takes at most 12; shorten it by 9 tokens.',
  })
})

it('asks for the whole answer, of which the sequence has every token but the last', async () => {
  const record = { ...prompt, extra: { target_false: 'Rome' } }
  const asked = await promptRequest(record, options({ answer: 'answer' }), model)
  if ('reason' in asked) throw new Error(asked.reason)
  const { request, tokens, text } = asked.prepared
  expect(asked.answer).toMatchObject({ tokenId: 4, tokens: 3 })
  expect(request.target).toMatchObject({ type: 'answer', tokenIds: [4, expect.any(Number), expect.any(Number)] })
  expect(request).toMatchObject({ position: 6, tokenIds: tokens.map(({ id }) => id) })
  expect(tokens.map((token) => token.text)).toEqual(['<s>', 'The', ' tower', ' is', ' in', ' Dar', expect.any(String)])
  expect(asked.promptTokens).toEqual(tokens.slice(0, 5))
  expect(text?.startsWith('The tower is in Dar')).toBe(true)
  expect(await promptRequest(record, options({ answer: 'field:target_false' }), model)).toMatchObject({
    prepared: { request: { position: 4, target: { type: 'answer', tokenIds: [3] } } },
  })
  expect(await promptRequest({ ...record, answer: null }, options({ answer: 'answer' }), model)).toEqual({
    reason: 'This record has no answer; name a field that holds one (field:NAME), or give a text.',
  })
})

it('takes a field of the record as the target, and another to subtract', async () => {
  const record = { ...prompt, extra: { target_false: 'Rome', year: 1889 } }
  expect(await promptRequest(record, options({ minus: 'field:target_false' }), model)).toMatchObject({
    prepared: { request: { target: { type: 'logitDifference', tokenId: 4, minusTokenId: 3 } } },
  })
  expect(await promptRequest(record, options({ target: 'field:target_false' }), model)).toMatchObject({
    prepared: { request: { target: { type: 'logit', tokenId: 3 } } },
  })
  expect(await promptRequest(record, options({ target: 'Paris', minus: '#3' }), model)).toMatchObject({
    prepared: { request: { target: { type: 'logitDifference', tokenId: 1, minusTokenId: 3 } } },
  })
  expect(await promptRequest(record, options({ target: 'field:colour' }), model)).toEqual({
    reason: 'This record has no field colour; its texts are target_false, text, answer.',
  })
  expect(await promptRequest(record, options({ target: 'field:year' }), model)).toEqual({
    reason: 'The field year of this record is 1889; a target needs a text.',
  })
})

it('asks about directions and subspaces of every prompt alike', async () => {
  const direction = { layer: 1, vector: [1, 0, 0, 0] }
  expect(await promptRequest(prompt, options({ direction }), model)).toMatchObject({
    prepared: { request: { target: { type: 'direction', ...direction } } },
  })
  const basis = [[1, 0, 0, 0], [0, 1, 0, 0]]
  expect(await promptRequest(prompt, options({ by: 'subspace', layer: 1, basis }), model)).toMatchObject({
    prepared: { request: { partition: { by: 'subspace', layer: 1, basis }, target: { tokenId: 4 } } },
  })
})

it('asks a chat as the template writes it, with the answer as it follows, and gives its tokens no place in the text', async () => {
  const messages = [{ role: 'user', content: 'The tower' }, { role: 'user', content: 'is in' }]
  const record = { text: 'is in', answer: 'Darrieux', extra: { messages } }
  const rendered = { ...tinyTokenizer(), renderChat: () => Promise.resolve({ text: 'The tower is in', messages: [
    { role: 'user', span: { start: 0, end: 9 } }, { role: 'user', span: { start: 10, end: 15 } }] }) }
  const asked = await promptRequest(record, options({ by: 'group', groups: 'roles', chat: 'messages' }), { ...model, tokenizer: rendered })
  if ('reason' in asked) throw new Error(asked.reason)
  // The template writes the special tokens; none is added.
  expect(asked.prepared.tokens.map(({ text }) => text)).toEqual(['The', ' tower', ' is', ' in'])
  expect(asked.prepared.request).toMatchObject({ position: 3, target: { tokenId: 4 }, partition: { by: 'group' } })
  expect(asked.answer).toMatchObject({ text: ' Dar' })
  expect(asked.promptTokens.every(({ start, end }) => start === null && end === null)).toBe(true)
})

it('says of a record that it has no chat where one was asked for', async () => {
  expect(await promptRequest({ ...prompt, extra: {} }, options({ chat: 'messages' }), model)).toEqual({
    reason: 'This record has no field messages; --chat names the field that holds its messages.',
  })
  expect(await promptRequest({ ...prompt, extra: { messages: 'hello' } }, options({ chat: 'messages' }), model)).toMatchObject({
    reason: expect.stringContaining('is no chat; expected [{"role": "user"') as string,
  })
})
