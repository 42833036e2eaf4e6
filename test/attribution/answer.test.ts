/** A whole answer as target, as a request says it: what does not fit its own sequence is refused. */
import { expect, test } from 'vitest'
import { answerKind, MAX_ANSWER_TOKENS } from '../../src/attribution/target/answer.ts'
import { tinyModel } from './resolve-fixtures.ts'

const check = (tokenIds: number[], sequence: number[], position = sequence.length - 1) => () =>
  answerKind.check({ type: 'answer', tokenIds }, tinyModel, { tokenIds: sequence, position })

test('its tokens but the last stand at the end of what is read', () => {
  expect(check([4, 1, 3], [0, 2, 4, 1])).not.toThrow()
  expect(check([4, 1, 3], [0, 2, 4, 1, 9], 3)).not.toThrow()
  expect(check([3], [0])).not.toThrow()
})

test('a sequence that does not end with it is refused', () => {
  expect(check([4, 1, 3], [0, 2, 4, 2])).toThrow('the sequence does not end with all of them but the last at position 3')
  expect(check([4, 1, 3], [4, 1], 1)).toThrow('give the prompt with its answer behind it')
  expect(check([4, 999_999], [0, 4])).toThrow('Token 1 of the answer is 999999')
})

test('more tokens than anyone reads are refused with their number', () => {
  const long = Array<number>(MAX_ANSWER_TOKENS + 1).fill(1)
  expect(check(long, [0, ...long.slice(0, -1)])).toThrow('The answer has 257 tokens; a whole answer has at most 256, so give its beginning.')
})

test('each token is read where it is predicted, the last at the position of the request', () => {
  expect(answerKind.tokens({ type: 'answer', tokenIds: [7, 8, 9] }, 5)).toEqual([
    { tokenId: 7, position: 3 }, { tokenId: 8, position: 4 }, { tokenId: 9, position: 5 },
  ])
})
