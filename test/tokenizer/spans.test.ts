import { readFileSync } from 'node:fs'
import { Tokenizer as Library } from 'tokenizers'
import { describe, expect, it } from 'vitest'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import type { EncodedToken, Tokenizer } from '../../src/tokenizer/tokenizer.ts'
import { hasShared, reason, sharedPath } from '../shared.ts'
import { byteLevel, gemma, type Json, llama2, llama3, make, mistral, unigram } from './tokenizer-files.ts'

const nfc = (): Json => byteLevel({ normalizer: { type: 'NFC' } })

/** `text[start,end)` of each token, for reading at a glance. */
const show = (tokens: EncodedToken[]) => tokens.map(({ text, start, end }) => `${text}[${start},${end})`)

const fragments = [
  'Paris', ' Paris', ' the', 'time', ' ', '  ', '   ', '\n', '\n\n', '\t', '\r\n', ' a', 'é', 'e\u0301', '日本語', '。', '👍', '👨‍👩‍👧',
  '🇫🇷', '�', '▁', '한국', '\u1112\u1161\u11ab', 'ﬁ', 'Å', '\u212b', 'ß', '\ufeff', '\u0000', '\u200b', "'s", '123', '!?', 'ไทย', '<0xE2>', '</s>', '<s>',
  '<unk>', '<|endoftext|>', 'ÿ', 'Ġ',
]

/** The same texts in every run. */
function* randomTexts(count: number): Generator<string> {
  let state = 12345
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor(state / 2 ** 32 * below)
  }
  for (let k = 0; k < count; k++) yield Array.from({ length: 1 + next(8) }, () => fragments[next(fragments.length)]!).join('')
}

function checkOrder(tokens: EncodedToken[], text: string): void {
  let end = 0
  for (const token of tokens) {
    if (token.start === null || token.end === null) continue
    expect(token.start, `${JSON.stringify(text)}: ${show(tokens).join(' ')}`).toBeGreaterThanOrEqual(end)
    expect(token.end).toBeGreaterThanOrEqual(token.start)
    end = token.end
  }
  expect(end).toBeLessThanOrEqual(text.length)
}

/** Without the special tokens that the tokenizer adds. */
const ofText = (tokens: EncodedToken[]) => tokens.filter(({ start }) => start !== null)

describe.each<[string, () => Json]>([
  ['GPT-2', byteLevel],
  ['Llama 3', llama3],
  ['Llama 2', llama2],
  ['Mistral', mistral],
  ['Gemma', gemma],
])('a tokenizer that loses nothing (%s)', (name, json) => {
  it('gives every character to exactly one token, as it stands in the text', async () => {
    const tokenizer = await make(json())
    for (const text of randomTexts(400)) {
      // The sentencepiece family cannot tell the bar it writes for a space from one in the text.
      if (text.includes('▁') && name !== 'GPT-2' && name !== 'Llama 3') continue
      const tokens = await tokenizer.encode(text)
      checkOrder(tokens, text)
      for (const token of ofText(tokens)) expect(token.text).toBe(text.slice(token.start!, token.end!))
      expect(ofText(tokens).map((token) => token.text).join('')).toBe(text)
    }
  })

  it('ends each token where decoding the tokens up to it ends', async () => {
    const tokenizer = await make(json())
    const library = Library.fromString(JSON.stringify(json()))
    for (const text of randomTexts(150)) {
      if (/[▁�<\ufeff]|^ /.test(text)) continue
      const tokens = await tokenizer.encode(text)
      for (const [k, token] of tokens.entries()) {
        if (token.start === null) continue
        const decoded = await library.decode(tokens.slice(0, k + 1).map(({ id }) => id), true)
        // The library tells nothing of a run of bytes until all of it is there.
        if (decoded.endsWith('�')) continue
        expect(token.end, `${JSON.stringify(text)} up to ${k}`).toBe(decoded.length)
      }
    }
  })

  it('describes ids by texts that join to what the library decodes', async () => {
    const tokenizer = await make(json())
    const library = Library.fromString(JSON.stringify(json()))
    for (const text of randomTexts(300)) {
      // The library drops a byte order mark that is spelled in bytes.
      if (text.includes('\ufeff') || text.includes('<')) continue
      const ids = (await tokenizer.encode(text)).map((token) => token.id)
      const described = tokenizer.describe(ids)
      checkOrder(described, text)
      const joined = ofText(described).map((token) => token.text).join('')
      expect(joined).toBe(await library.decode(ids, true))
      for (const token of ofText(described)) expect(token.text).toBe(joined.slice(token.start!, token.end!))
    }
  })
})

describe('characters of several tokens', () => {
  it('belong to the token that completes them, in byte-level BPE', async () => {
    const tokenizer = await make(byteLevel())
    expect(show(await tokenizer.encode('a日'))).toEqual(['a[0,1)', '[1,1)', '[1,1)', '日[1,2)'])
    expect(show(await tokenizer.encode('👍!'))).toEqual(['[0,0)', '[0,0)', '[0,0)', '👍[0,2)', '![2,3)'])
  })

  it('belong to the token that completes them, in byte fallback', async () => {
    const tokenizer = await make(gemma())
    expect(show(await tokenizer.encode('a日a')).slice(1)).toEqual(['a[0,1)', '[1,1)', '[1,1)', '日[1,2)', 'a[2,3)'])
  })

  it('may share a token with what comes next', async () => {
    const json = byteLevel()
    const model = json.model as { vocab: Record<string, number>; merges: string[] }
    // The last byte of 日 (E6 97 A5) and the first of 本 (E6 9C AC).
    model.vocab['¥æ'] = Object.keys(model.vocab).length
    model.merges.push('¥ æ')
    json.added_tokens = []
    const tokenizer = await make(json)
    expect(show(await tokenizer.encode('日本'))).toEqual(['[0,0)', '[0,0)', '日[0,1)', '[1,1)', '本[1,2)'])
  })

  it('that never get complete show as U+FFFD', async () => {
    const tokenizer = await make(byteLevel())
    const [first] = await tokenizer.encode('日')
    const [a] = await tokenizer.encode('a')
    expect(show(tokenizer.describe([first!.id, a!.id, first!.id]))).toEqual(['[0,0)', '�a[0,2)', '�[2,3)'])
    const fallback = await make(gemma())
    const [, byte] = await fallback.encode('日')
    expect(show(fallback.describe([byte!.id, await fallback.findTarget('Paris')]))).toEqual(['�[0,1)', 'Paris[1,6)'])
  })

  it('are shown by their bytes when a person asks for one token', async () => {
    const tokenizer = await make(byteLevel())
    expect((await tokenizer.encode('日')).map(({ id }) => tokenizer.tokenText(id))).toEqual(['<0xE6>', '<0x97>', '<0xA5>'])
    const fallback = await make(gemma())
    expect((await fallback.encode('日')).slice(1).map(({ id }) => fallback.tokenText(id))).toEqual(['<0xE6>', '<0x97>', '<0xA5>'])
  })
})

describe('the space before a text', () => {
  it('belongs to no part of it', async () => {
    const tokenizer = await make(llama2())
    expect(show(await tokenizer.encode('Paris'))).toEqual(['<s>[null,null)', 'Paris[0,5)'])
    expect(show(await tokenizer.encode('日')).slice(0, 2)).toEqual(['<s>[null,null)', '[null,null)'])
  })

  it('is told from one that the text begins with', async () => {
    expect(show(await (await make(llama2())).encode(' Paris'))).toEqual(['<s>[null,null)', '[null,null)', ' Paris[0,6)'])
    expect(show(await (await make(mistral())).encode(' Paris'))).toEqual(['<s>[null,null)', ' Paris[0,6)'])
    expect(show(await (await make(gemma())).encode(' Paris'))).toEqual(['<s>[null,null)', ' Paris[0,6)'])
  })

  it('stands after special tokens where the tokenizer puts one there', async () => {
    const text = 'a</s>Paris'
    const sections = async (json: Json) => show(await (await make(json)).encode(text)).slice(1)
    expect(await sections(llama2())).toEqual(['a[0,1)', '</s>[1,5)', 'Paris[5,10)'])
    expect(await sections(mistral())).toEqual(['a[0,1)', '</s>[1,5)', 'Paris[5,10)'])
    const ids = async (json: Json) => (await (await make(json)).encode(text)).map((token) => token.id)
    expect(await ids(llama2())).not.toEqual(await ids(mistral()))
  })

  it('is left out where the file says so', async () => {
    const pre_tokenizer = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'never', split: false }
    const tokenizer = await make(mistral({ pre_tokenizer }))
    expect(tokenizer.tokenText((await tokenizer.encode('Paris'))[1]!.id)).toBe('Paris')
  })
})

describe('text that is normalised', () => {
  it('keeps the spans of what was written when it is composed', async () => {
    const tokenizer = await make(nfc())
    expect(show(await tokenizer.encode('Cafe\u0301 a'))).toEqual(['C[0,1)', 'a[1,2)', 'f[2,3)', 'é[3,5)', ' a[5,7)'])
    expect(show(await tokenizer.encode('\u1112\u1161\u11ab'))).toEqual(['[0,0)', '[0,0)', '한[0,3)'])
    expect(show(await tokenizer.encode('\u212b'))).toEqual(['[0,0)', 'Å[0,1)'])
  })

  it('keeps spans in order and covers all, whatever is composed', async () => {
    const tokenizer = await make(nfc())
    for (const text of randomTexts(400)) {
      const tokens = await tokenizer.encode(text)
      checkOrder(tokens, text)
      expect(tokens.map((token) => token.text).join('')).toBe(text.normalize('NFC'))
      const covered = tokens.reduce((sum, { start, end }) => sum + end! - start!, 0)
      expect(covered).toBe(text.length)
    }
  })

  it('keeps spans where one character becomes several', async () => {
    const tokenizer = await make(byteLevel({ normalizer: { type: 'NFKC' } }))
    expect(show(await tokenizer.encode('aﬁa'))).toEqual(['a[0,1)', 'f[1,1)', 'i[1,2)', 'a[2,3)'])
    expect(show(await tokenizer.encode('½!'))).toEqual(['1[0,0)', '[0,0)', '[0,0)', '⁄[0,0)', '2[0,1)', '![1,2)'])
  })

  it('keeps spans in lower case', async () => {
    const tokenizer = await make(byteLevel({ normalizer: { type: 'Lowercase' } }))
    const tokens = await tokenizer.encode('ΟΔΟΣ the')
    checkOrder(tokens, 'ΟΔΟΣ the')
    expect(tokens.map((token) => token.text).join('')).toBe('οδοσ the')
    expect(tokens.at(-1)).toMatchObject({ text: ' the', start: 4, end: 8 })
    expect(tokens.find((token) => token.text === 'σ')).toMatchObject({ start: 3, end: 4 })
  })

  it('leaves out what the tokenizer drops', async () => {
    const strip = await make(byteLevel({ normalizer: { type: 'Strip', strip_left: true, strip_right: true } }))
    expect(show(await strip.encode('   the time  '))).toEqual(['the[3,6)', ' time[6,11)'])
    const squeeze = { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }
    expect(show(await (await make(byteLevel({ normalizer: squeeze }))).encode('the   time'))).toEqual(['the[0,3)', ' time[3,10)'])
  })

  it('spans a replaced word as a whole', async () => {
    const normalizer = { type: 'Replace', pattern: { String: 'London' }, content: 'Paris' }
    expect(show(await (await make(byteLevel({ normalizer }))).encode('the London time'))).toEqual(
      ['the[0,3)', ' Paris[3,10)', ' time[10,15)'])
    expect(show(await (await make(byteLevel({ normalizer }))).encode('the London'))).toEqual(['the[0,3)', ' Paris[3,10)'])
  })

  it('survives half a surrogate pair', async () => {
    const tokens = await (await make(byteLevel())).encode('a\ud83da')
    expect(show(tokens)).toEqual(['a[0,1)', '[1,1)', '[1,1)', '�[1,2)', 'a[2,3)'])
  })
})

describe('characters without a token', () => {
  it('are the span of the unknown token', async () => {
    const tokenizer = await make(unigram())
    expect(show(await tokenizer.encode('Paris☃ time'))).toEqual(['Paris[0,5)', '<unk>[5,6)', ' time[6,11)'])
    expect(show(await tokenizer.encode('Paris☃☂☁ time'))).toEqual(['Paris[0,5)', '<unk>[5,8)', ' time[8,13)'])
  })

  const withUnknown = (unk_token: string | null) => {
    const json = llama2()
    return make({ ...json, model: { ...(json.model as Json), byte_fallback: false, unk_token } })
  }

  it('stand in no token where the file names none for them', async () => {
    expect(show(await (await withUnknown(null)).encode('Paris☃ time')).slice(1)).toEqual(['Paris[0,5)', ' time[6,11)'])
  })

  it('are refused where the file names one that it does not have', async () => {
    const tokenizer = await withUnknown('<missing>')
    await expect(tokenizer.encode('Paris☃')).rejects.toThrow(expect.objectContaining({
      code: 'BAD_INPUT', message: expect.stringContaining('Unk token `<missing>` not found in the vocabulary'),
    }))
  })

  it('may be written as text: then they stand for themselves', async () => {
    const tokenizer = await make(llama2())
    expect(show(await tokenizer.encode('the<unk> time')).slice(1)).toEqual(['the[0,3)', '<unk>[3,8)', '[null,null)', ' time[8,13)'])
  })
})

describe.skipIf(!hasShared)(`the tokenizer of stories260k${hasShared ? '' : ` (skipped: ${reason})`}`, () => {
  const open = async (): Promise<Tokenizer> => (await openTokenizer(sharedPath('models/stories260k')))!

  it('encodes a sentence into its known ids', async () => {
    const tokenizer = await open()
    expect((await tokenizer.encode('Once upon a time')).map(({ id }) => id)).toEqual([1, 403, 407, 261, 378])
    expect([tokenizer.size, tokenizer.beginningOfSequence]).toEqual([512, 1])
  })

  it('loses no character of any text', async () => {
    const tokenizer = await open()
    for (const text of randomTexts(400)) {
      if (text.includes('▁')) continue
      const tokens = await tokenizer.encode(text)
      checkOrder(tokens, text)
      expect(ofText(tokens).map((token) => token.text).join('')).toBe(text)
    }
  })

  it('encodes the text of the reference prompts back into their ids', async () => {
    const golden = JSON.parse(readFileSync(sharedPath('golden/stories260k.json'), 'utf8')) as { prompts: { ids: number[] }[] }
    const tokenizer = await open()
    expect(golden.prompts.length).toBeGreaterThan(0)
    for (const { ids } of golden.prompts) {
      const text = ofText(tokenizer.describe(ids)).map((token) => token.text).join('')
      expect((await tokenizer.encode(text)).map(({ id }) => id)).toEqual(ids)
    }
  })
})
