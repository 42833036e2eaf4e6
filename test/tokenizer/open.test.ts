import { createHash } from 'node:crypto'
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { Tokenizer as Library } from 'tokenizers'
import { describe, expect, it } from 'vitest'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import { Random } from '../random.ts'
import { byteLevel, gemma, type Json, llama2, llama3, make, mistral, tokenizerFolder } from './tokenizer-files.ts'

describe('openTokenizer', () => {
  it('is null for a folder without tokenizer.json', async () => {
    expect(await openTokenizer(tokenizerFolder({}))).toBeNull()
  })

  it('hashes tokenizer.json', async () => {
    const content = JSON.stringify(byteLevel())
    const tokenizer = await openTokenizer(tokenizerFolder({ 'tokenizer.json': content }))
    expect(tokenizer!.hash).toBe(createHash('sha256').update(content).digest('hex'))
  })

  it('counts ids up to the last, added ones too', async () => {
    const json = byteLevel()
    const vocabulary = Object.keys((json.model as { vocab: object }).vocab).length
    expect((await make(json)).size).toBe(vocabulary + 1)
  })

  it('accepts merges as pairs', async () => {
    const json = byteLevel()
    const model = json.model as { merges: string[] }
    const tokenizer = await make({ ...json, model: { ...model, merges: model.merges.map((merge) => merge.split(' ')) } })
    expect(await tokenizer.encodeContinuation('Paris')).toHaveLength(1)
  })

  it('splits words at the bar where a Metaspace does not say otherwise', async () => {
    const scheme = (split?: boolean) => mistral({ pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'never', split } })
    const texts = async (json: Json) => {
      const tokenizer = await make(json)
      return (await tokenizer.encodeContinuation('the   time')).map((id) => tokenizer.tokenText(id))
    }
    expect(await texts(scheme(false))).toEqual(['the', '  ', ' time'])
    expect(await texts(scheme())).toEqual(['the', ' ', ' ', ' time'])
  })
})

describe('a long text', () => {
  const words = ['Paris', ' the', '  time', '\n', ' is ', 'Once', '.', ' upon a', '▁', 'é', '日本', '▁▁the', ' 👍', '\t', '    ']
  const random = new Random(3)
  const text = Array.from({ length: 3000 }, () => words[random.integer(words.length)]!).join('')

  it.each([['GPT-2', byteLevel], ['Llama 3', llama3], ['Llama 2', llama2], ['Mistral', mistral], ['Gemma', gemma]])(
    'has the ids that the library gives it as one piece (%s)', async (_name, json) => {
      const ids = (await (await make(json())).encode(text)).map(({ id }) => id)
      expect(ids).toEqual((await Library.fromString(JSON.stringify(json())).encode(text)).getIds())
    })

  it('keeps a token that reaches over a blank', async () => {
    const json = llama2()
    const model = json.model as { vocab: Record<string, number>; merges: string[] }
    const vocab = { ...model.vocab, 'the▁time': Object.keys(model.vocab).length }
    const merges = [...model.merges, 'the ▁time']
    const tokenizer = await make({ ...json, model: { ...model, vocab, merges } })
    expect((await tokenizer.encodeContinuation('the time')).map((id) => tokenizer.tokenText(id))).toEqual(['the time'])
  })

  it('is no target', async () => {
    const tokenizer = await make(byteLevel())
    await expect(tokenizer.findTarget('a'.repeat(1001), 'the')).rejects.toThrow(expect.objectContaining({
      code: 'BAD_INPUT', message: expect.stringMatching(/^The target has 1001 characters, more than any token of this model;/),
    }))
    await expect(tokenizer.findTarget('a'.repeat(1000), 'the')).rejects.toThrow(/is 1000 tokens/)
  })

  it('is a target where the vocabulary has a token as long', async () => {
    const long = 'x'.repeat(1500)
    const added_tokens = [{ id: 5000, content: long, special: false }]
    // The library numbers what it adds after the vocabulary, whatever the file says.
    expect(await (await make(byteLevel({ added_tokens }))).findTarget(long)).toBe(299)
  })
})

describe('special tokens', () => {
  it('are those of the template', async () => {
    const tokenizer = await make(llama3())
    expect(tokenizer.tokenText(tokenizer.beginningOfSequence!)).toBe('<|begin_of_text|>')
    expect((await tokenizer.encode('a'))[0]).toEqual({
      id: tokenizer.beginningOfSequence, text: '<|begin_of_text|>', start: null, end: null,
    })
    expect(await tokenizer.encode('')).toHaveLength(1)
  })

  it('are none where the tokenizer adds none', async () => {
    const tokenizer = await make(byteLevel())
    expect(tokenizer.beginningOfSequence).toBeNull()
    expect(await tokenizer.encode('')).toEqual([])
  })

  it('may stand at the end', async () => {
    const single = [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }]
    const tokenizer = await make(gemma())
    const ended = await make({ ...gemma(), post_processor: { type: 'TemplateProcessing', single, pair: single, special_tokens: { '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] } } } })
    expect(ended.beginningOfSequence).toBeNull()
    expect((await ended.encode('Paris')).map(({ text, start }) => [text, start])).toEqual([['Paris', 0], ['</s>', null]])
    expect((await tokenizer.encode('Paris')).map(({ text }) => text)).toEqual(['<s>', 'Paris'])
  })

  const llamaClass = { tokenizer_class: 'LlamaTokenizer', bos_token: '<s>', eos_token: { content: '</s>' } }
  const textsWith = async (json: Json, config: Json) => (await (await make(json, config)).encode('Paris')).map(({ text }) => text)

  it.each(['LlamaTokenizer', 'GemmaTokenizer', 'PreTrainedTokenizerFast'])(
    'follow the template beside a tokenizer.json, whatever add_bos_token says (%s)', async (tokenizer_class) => {
      const config = { ...llamaClass, tokenizer_class }
      expect(await textsWith(llama2(), { ...config, add_bos_token: false })).toEqual(['<s>', 'Paris'])
      expect(await textsWith(llama2({ post_processor: null }), { ...config, add_bos_token: true })).toEqual(['Paris'])
    })

  it('have no place in what a sequence decodes to', async () => {
    const tokenizer = await make(llama2())
    const [begin, paris] = await tokenizer.encode('Paris')
    const spaced = await tokenizer.findTarget(' Paris')
    expect(tokenizer.describe([begin!.id, paris!.id, spaced, await tokenizer.findTarget('</s>')])).toEqual([
      { id: begin!.id, text: '<s>', start: null, end: null },
      { id: paris!.id, text: 'Paris', start: 0, end: 5 },
      { id: spaced, text: ' Paris', start: 5, end: 11 },
      { id: 2, text: '</s>', start: null, end: null },
    ])
  })

  it('and ids beyond the vocabulary are told as #ID', async () => {
    const tokenizer = await make(byteLevel())
    expect(tokenizer.tokenText(90_000)).toBe('#90000')
    expect(tokenizer.describe([90_000])).toEqual([{ id: 90_000, text: '#90000', start: null, end: null }])
  })
})

describe('what is refused', () => {
  const json = byteLevel()
  const model = json.model as { vocab: Record<string, number>; merges: string[] }
  it.each<[string, unknown, string, RegExp]>([
    ['text that is not JSON', '{', 'BAD_MODEL', /tokenizer\.json is not JSON/],
    ['a list', [], 'BAD_MODEL', /malformed at its top/],
    ['no model', { ...json, model: undefined }, 'BAD_MODEL', /malformed at model/],
    ['another kind of model', { ...json, model: { type: 'Mystery', vocab: {} } }, 'UNSUPPORTED',
      /model of the type Mystery; supported are BPE, Unigram, WordPiece, WordLevel/],
    ['ids that are not numbers', { ...json, model: { ...model, vocab: { a: 'b' } } }, 'BAD_MODEL',
      /malformed at model\.vocab/],
    ['negative ids', { ...json, model: { ...model, vocab: { a: -1 } } }, 'BAD_MODEL', /malformed at model\.vocab/],
    ['ids beyond reason', { ...json, model: { ...model, vocab: { a: 1e9 } } }, 'BAD_MODEL', /malformed at model\.vocab/],
    ['no vocabulary', { ...json, model: { ...model, vocab: undefined } }, 'BAD_MODEL', /malformed at model\.vocab/],
    ['merges that are not pairs', { ...json, model: { ...model, merges: [['a']] } }, 'BAD_MODEL', /cannot be used/],
    ['a merge of unknown tokens', { ...json, model: { ...model, merges: ['a ☃'] } }, 'BAD_MODEL',
      /cannot be used \(Token `☃` out of vocabulary/],
    ['a merge that makes an unknown token', { ...json, model: { ...model, merges: ['x y'] } }, 'BAD_MODEL',
      /cannot be used \(Token `xy` out of vocabulary/],
    ['merges left out at random', { ...json, model: { ...model, dropout: 0.1 } }, 'UNSUPPORTED', /dropout of 0\.1/],
    ['an added token without content', { ...json, added_tokens: [{ id: 1 }] }, 'BAD_MODEL',
      /malformed at added_tokens\.0\.content/],
    ['a decoder of which nothing is known', { ...json, decoder: { type: 'CTC', pad_token: 'a', word_delimiter_token: 'b', cleanup: false } },
      'UNSUPPORTED', /the decoder CTC/],
    ['a template with a token it does not explain', { ...json, post_processor: {
      type: 'TemplateProcessing', single: [{ SpecialToken: { id: '<s>', type_id: 0 } }], pair: [], special_tokens: {} } },
    'BAD_MODEL', /cannot be used/],
    ['an unknown normalizer', { ...json, normalizer: { type: 'Mystery' } }, 'BAD_MODEL', /cannot be used/],
    ['a pattern that is no pattern', { ...json, pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated', invert: false } },
      'BAD_MODEL', /cannot be used/],
  ])('%s', async (_what, content, code, message) => {
    const dir = tokenizerFolder({ 'tokenizer.json': content })
    await expect(openTokenizer(dir)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('a file larger than any tokenizer, unread', async () => {
    const dir = tokenizerFolder({ 'tokenizer.json': '' })
    // A hole in the file: it takes no space.
    truncateSync(join(dir, 'tokenizer.json'), 300_000_000)
    await expect(openTokenizer(dir)).rejects.toMatchObject({
      code: 'BAD_MODEL', message: expect.stringMatching(/300000000 bytes, more than/),
    })
  })

  it('a malformed tokenizer_config.json', async () => {
    const dir = tokenizerFolder({ 'tokenizer.json': json, 'tokenizer_config.json': { add_bos_token: 'yes' } })
    await expect(openTokenizer(dir)).rejects.toThrow(/tokenizer_config\.json is malformed at add_bos_token/)
  })
})
