import { expect, it } from 'vitest'
import { runOptionsSchema } from '../../../ingest/run/options.ts'
import { promptRequest } from '../../../ingest/run/prompt-request.ts'
import { tinyModel, tinyTokenizer } from '../../attribution/resolve-fixtures.ts'

const model = { model: tinyModel, tokenizer: tinyTokenizer() }
const options = (given: object = {}) => runOptionsSchema.parse({ by: 'token', ...given })
const prompt = { text: 'The tower is in', answer: 'Darrieux' }

it('asks for the first token of the answer as it follows the prompt', () => {
  expect(promptRequest(prompt, options(), model)).toMatchObject({
    request: { position: 4, target: { type: 'logit', tokenId: 4 }, excludeFirst: true, temperature: 0.1 },
    answer: { tokenId: 4, text: ' Dar', tokens: 3 },
    tokens: [{ text: '<s>' }, { text: 'The' }, { text: ' tower' }, { text: ' is' }, { text: ' in' }],
  })
})

it("asks for the model's own next token where there is no answer, or where that is wanted", () => {
  const next = { request: { target: { type: 'logit', tokenId: 'next' } } }
  expect(promptRequest({ ...prompt, answer: null }, options(), model)).toMatchObject({ ...next, answer: null })
  expect(promptRequest(prompt, options({ target: 'next' }), model)).toMatchObject({ ...next, answer: { tokens: 3 } })
})

it('passes on what every prompt is asked', () => {
  const asked = { by: 'group', groups: 'words', mode: 'reference', rule: 'taylor', excludeFirst: null }
  expect(promptRequest({ text: 'The Darrieux is', answer: null }, options(asked), model)).toMatchObject({
    request: { partition: { by: 'group', groups: [[0], [1], [2, 3, 4], [5]] }, mode: 'reference', rule: 'taylor' },
  })
  expect(promptRequest(prompt, options({ temperature: 0.5 }), model)).toMatchObject({ request: { temperature: 0.5 } })
})

it('says why a prompt cannot be asked', () => {
  expect(promptRequest({ text: ' is'.repeat(20), answer: null }, options(), model)).toEqual({
    reason: 'The prompt has 21 tokens, but tiny takes at most 12; shorten it by 9 tokens.',
  })
})
