/**
 * Folders that the library of an earlier version read wrongly, and that have settings beside tokenizer.json: ids, what the
 * tokens say, and the logit of the next token, as tokenizers 0.23.2, transformers 5.18.0 and torch 2.13 (CPU, float32) have
 * them.
 */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openAttributor } from '../../src/attribution/open.ts'
import { prepareQuestion } from '../../src/attribution/resolve.ts'

const folder = (name: string) => join(import.meta.dirname, '../fixtures/cases', name)

/** The reference values are printed with four digits. */
const LOGIT_TOLERANCE = 2e-4

const UNIGRAM = 'unigram-byte-fallback/model'
const cases: [folder: string, text: string, ids: number[], next: number, logit: number][] = [
  [UNIGRAM, 'The capital of 日本 is', [1, 260, 261, 262, 259, 233, 154, 168, 233, 159, 175, 263], 2, 3.304],
  [UNIGRAM, 'The capital of 中国 is', [1, 260, 261, 262, 259, 231, 187, 176, 232, 158, 192, 263], 163, 2.6108],
  [UNIGRAM, 'a\nb', [1, 259, 264, 13, 265], 159, 2.658],
  ['split-behaviours/merged-with-next', 'a cat  a', [97, 258, 32, 32, 97], 65, 2.6195],
  ['split-behaviours/merged-with-previous', 'a cat  a', [97, 32, 259, 32, 97], 265, 2.0975],
  ['split-behaviours/contiguous', 'a cat  a', [97, 32, 257, 260, 97], 65, 1.9885],
  ['split-behaviours/punctuation-isolated', 'cat...', [257, 46, 46, 46], 161, 2.1931],
  ['tokens-outside-tokenizer-json/added-tokens-decoder', 'the<tool> the', [257, 260, 258], 12, 2.4609],
  ['tokens-outside-tokenizer-json/added-tokens-json', 'the<tool> the', [257, 260, 258], 12, 2.4609],
  ['tokens-outside-tokenizer-json/additional-special-tokens', 'the<tool> the', [257, 260, 258], 12, 2.4609],
  ['prefix-space-of-tokenizer-config/gpt2', 'the the', [258, 258], 139, 2.5532],
  ['prefix-space-of-tokenizer-config/llama', 'The capital', [1, 440, 644], 527, 2.9077],
]

it.each(cases)('%s reads %j as the original does', async (name, text, ids, next, logit) => {
  const attributor = await openAttributor(folder(name), { threads: 1 })
  try {
    const prepared = await prepareQuestion({ text, by: 'token' }, attributor)
    const { request, tokens } = prepared
    expect(request.tokenIds).toEqual(ids)
    expect(tokens.filter(({ start }) => start !== null).map((token) => text.slice(token.start!, token.end!)).join('')).toBe(text)
    const [result] = await attributor.attribute([prepared])
    expect(result!.target.tokenId).toBe(next)
    expect(Math.abs(result!.target.value - logit)).toBeLessThan(LOGIT_TOLERANCE)
    expect(result!.completenessError).toBeLessThan(1e-5)
  } finally {
    await attributor.close()
  }
})

it('a character of several tokens is shown by the last of them', async () => {
  const attributor = await openAttributor(folder(UNIGRAM), { threads: 1 })
  const { tokens } = await prepareQuestion({ text: 'The capital of 日本 is', by: 'token' }, attributor)
  expect(tokens.slice(5).map(({ text, start, end }) => [text, start, end])).toEqual([
    ['', 15, 15], ['', 15, 15], ['日', 15, 16], ['', 16, 16], ['', 16, 16], ['本', 16, 17], [' is', 17, 20],
  ])
  await attributor.close()
})
