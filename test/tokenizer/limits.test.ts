/** A tokenizer file comes from a stranger: what it can do to the process that reads it is limited. */
import { expect, it } from 'vitest'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts'
import { byteLevel, type Json, make, tokenizerFolder } from './tokenizer-files.ts'

const splitBy = (pattern: string): Json => byteLevel({
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  },
})

/** Turns of the event loop while a text is read. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await work.catch(() => undefined)
  clearInterval(timer)
  return turns
}

const hostile: [string, string][] = [
  ['(a|a)*$', `${'a'.repeat(60)}!`],
  ['(a+)+$', `${'a'.repeat(2000)}!`],
  ['(x+x+)+y', 'x'.repeat(3000)],
]

it.each(hostile)('a pattern that backtracks without end (%s) is refused, and the next text is read', async (pattern, text) => {
  const tokenizer: Tokenizer = await make(splitBy(pattern))
  const reading = tokenizer.encode(text)
  expect(await turnsDuring(reading)).toBeGreaterThan(5)
  await expect(reading).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('backtracks without end') })
  expect((await tokenizer.encode('the')).map((token) => token.text)).toEqual(['the'])
})

it('a question that waited behind one that ended the process is answered', async () => {
  const tokenizer = await make(splitBy('(a|a)*$'))
  const [ended, after] = await Promise.allSettled([tokenizer.encode(`${'a'.repeat(60)}!`), tokenizer.encode('the')])
  expect([ended.status, after.status]).toEqual(['rejected', 'fulfilled'])
})

it('a normalizer that makes a text a million times longer is refused by its memory', async () => {
  const normalizer = { type: 'Replace', pattern: { String: 'q' }, content: 'x'.repeat(1_000_000) }
  const tokenizer = await make(byteLevel({ normalizer }))
  await expect(tokenizer.encode('q'.repeat(20_000))).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringMatching(/2 GiB of memory|not done with it/) })
  expect((await tokenizer.encode('the')).map((token) => token.text)).toEqual(['the'])
})

it('a file that is nested without end is refused unread', async () => {
  const nested = `{"model": {"type": "BPE", "vocab": {}, "merges": []}, "normalizer": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  await expect(openTokenizer(tokenizerFolder({ 'tokenizer.json': nested }))).rejects.toMatchObject({
    code: 'BAD_MODEL', message: expect.stringContaining('nested more than 64 deep'),
  })
  const inside = `{"model": {"type": "BPE", "vocab": ${'['.repeat(1000)}${']'.repeat(1000)}, "merges": []}}`
  await expect(openTokenizer(tokenizerFolder({ 'tokenizer.json': inside }))).rejects.toThrow(/model\.vocab does not end, or is nested too deep/)
})

it('a large part that stands there twice is refused: readers differ in which they take', async () => {
  const twice = '{"model": {"type": "BPE", "vocab": {"a": 0}, "vocab": {"b": 0}, "merges": []}}'
  await expect(openTokenizer(tokenizerFolder({ 'tokenizer.json': twice }))).rejects.toThrow(/model\.vocab stands there twice/)
})

it.each<[string, Json, RegExp]>([
  ['a class whose ids are not known to agree', { tokenizer_class: 'BertTokenizer' }, /names the class BertTokenizer.*supported are/],
  ['special tokens cut into pieces', { split_special_tokens: true }, /split_special_tokens/],
  ['a tokenizer for other versions', { fast_tokenizer_files: ['tokenizer.json', 'tokenizer.4.9.json'] }, /fast_tokenizer_files with tokenizer\.4\.9\.json/],
])('%s is refused by name', async (_what, config, message) => {
  const dir = tokenizerFolder({ 'tokenizer.json': byteLevel(), 'tokenizer_config.json': config })
  await expect(openTokenizer(dir)).rejects.toMatchObject({ code: 'UNSUPPORTED', message: expect.stringMatching(message) })
})

it.each<[string, Record<string, unknown>, RegExp]>([
  ['a sentencepiece model that is none', { 'tokenizer.model': 'no protocol buffer' }, /tokenizer\.model is no sentencepiece model/],
  ['a message that reaches over the end', { 'tokenizer.model': Buffer.from([0x0a, 0xff, 0x01]) }, /no sentencepiece model/],
  ['merges that are no pairs', { 'vocab.json': { a: 0 }, 'merges.txt': 'a b c\n', 'tokenizer_config.json': { tokenizer_class: 'GPT2Tokenizer' } }, /merges\.txt is malformed at line 1/],
])('%s is refused', async (_what, files, message) => {
  await expect(openTokenizer(tokenizerFolder(files))).rejects.toMatchObject({ code: 'BAD_MODEL', message: expect.stringMatching(message) })
})
