import { describe, expect, it } from 'vitest'
import { joinAnswer } from '../../src/tokenizer/separator.ts'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts'
import { byteLevel, gemma, type Json, llama2, llama3, make, mistral } from './tokenizer-files.ts'

const families: [string, () => Json][] = [
  ['GPT-2', byteLevel], ['Llama 3', llama3], ['Llama 2', llama2], ['Mistral', mistral], ['Gemma', gemma],
]

const texts = (tokenizer: Tokenizer, ids: number[]) => ids.map((id) => tokenizer.tokenText(id))

describe.each(families)('encodeAnswer (%s)', (_name, json) => {
  const answer = async (prompt: string, given: string) => {
    const tokenizer = await make(json())
    return texts(tokenizer, await tokenizer.encodeAnswer(prompt, given))
  }

  it('puts a space before a word that follows a word', async () => {
    expect(await answer('the capital of France is', 'Paris')).toEqual([' Paris'])
  })

  it('takes an answer that brings its space along', async () => {
    expect(await answer('the capital of France is', ' Paris')).toEqual([' Paris'])
  })

  it('puts none after a prompt that ends in one: its space is a token already', async () => {
    expect(await answer('the capital of France is ', 'Paris')).toEqual(['Paris'])
    expect(await answer('the capital of France is ', ' Paris')).toEqual(['Paris'])
  })

  it('puts none after a new line or an opening bracket', async () => {
    expect(await answer('the capital:\n', 'Paris')).toEqual(['Paris'])
    expect(await answer('the capital (', 'Paris')).toEqual(['Paris'])
  })

  it('puts none between words of a language without spaces', async () => {
    const tokenizer = await make(json())
    const ids = await tokenizer.encodeAnswer('法国的首都是', '巴黎')
    expect(texts(tokenizer, ids)[0]).toBe('<0xE5>')
    expect(ids).toEqual(await tokenizer.encodeContinuation('巴黎'))
  })

  it('gives all tokens of an answer of several', async () => {
    expect(await answer('Once', 'upon a time')).toEqual([' upon', ' a', ' time'])
  })

  it('follows an empty prompt as a text of its own', async () => {
    const tokenizer = await make(json())
    const alone = (await tokenizer.encode('Paris')).filter(({ start }) => start !== null).map(({ id }) => id)
    expect(await tokenizer.encodeAnswer('', 'Paris')).toEqual(alone)
  })

  it('refuses an answer without a token', async () => {
    const tokenizer = await make(json())
    for (const nothing of ['', '  ', '\n']) {
      await expect(tokenizer.encodeAnswer('the capital is', nothing)).rejects.toThrow(expect.objectContaining({
        code: 'BAD_INPUT', message: `The answer ${JSON.stringify(nothing)} has no tokens; expected a word or more.`,
      }))
    }
  })

  it('does not follow a prompt whose last token would grow: the model sees the prompt as it is', async () => {
    const tokenizer = await make(json())
    // `Pa` and `ris` would be one token; joined by a bracket rule there is no space between them.
    const ids = await tokenizer.encodeAnswer('the-Pa-', 'ris')
    expect(ids).toEqual(await tokenizer.encodeContinuation('ris'))
  })
})

describe.each(families)('encodeContinuation (%s)', (_name, json) => {
  it('adds nothing: no special token, no space', async () => {
    const tokenizer = await make(json())
    expect(texts(tokenizer, await tokenizer.encodeContinuation('Paris'))).toEqual(['Paris'])
    expect(texts(tokenizer, await tokenizer.encodeContinuation(' Paris'))).toEqual([' Paris'])
    expect(await tokenizer.encodeContinuation('')).toEqual([])
  })
})

describe('joinAnswer', () => {
  it.each([
    ['The capital is', 'Paris', ' '],
    ['The capital is ', 'Paris', ''],
    ['The capital is', ' Paris', ''],
    ['', 'Paris', ''],
    ['x =', '3', ' '],
    ['(', 'a', ''],
    ['It is called “', 'Paris', ''],
    ['It is called "', 'Paris', ''],
    ['He said "yes"', 'and', ' '],
    ['costs $', '5', ''],
    ['Paris', '.', ''],
    ['Paris', ', France', ''],
    ['France', "'s capital", ''],
    ['He said', "'yes'", ' '],
    ['首都は', '東京', ''],
    ['The capital of Japan is', '東京', ''],
    ['수도는', '서울', ' '],
    ['Столица —', 'Москва', ' '],
    ['عاصمة فرنسا', 'باريس', ' '],
    ['เมืองหลวง', 'ปารีส', ''],
    ['👍', 'Paris', ' '],
  ])('%j and %j', async (prompt, answer, separator) => {
    expect(joinAnswer(prompt, answer).separator).toBe(separator)
  })

  it('does not double a space', async () => {
    expect(joinAnswer('is ', '  Paris')).toEqual({ separator: '', answer: 'Paris' })
  })
})

describe('findTarget', () => {
  it('takes a text that is one token, exactly as written', async () => {
    const tokenizer = await make(llama2())
    expect(tokenizer.tokenText(await tokenizer.findTarget(' Paris'))).toBe(' Paris')
    expect(tokenizer.tokenText(await tokenizer.findTarget('Paris'))).toBe('Paris')
    expect(tokenizer.tokenText(await tokenizer.findTarget('</s>'))).toBe('</s>')
  })

  it('takes the text as it follows a prompt, if there is one', async () => {
    const tokenizer = await make(byteLevel())
    expect(tokenizer.tokenText(await tokenizer.findTarget('Paris', 'the capital is'))).toBe(' Paris')
    expect(tokenizer.tokenText(await tokenizer.findTarget('Paris', 'the capital is '))).toBe('Paris')
  })

  it('takes an id', async () => {
    const tokenizer = await make(byteLevel())
    expect(await tokenizer.findTarget('#7')).toBe(7)
    await expect(tokenizer.findTarget('#99999')).rejects.toThrow(/The target #99999 is not a token; ids go from 0 to \d+\./)
  })

  it('names the tokens of a text that is several, and how to take the first', async () => {
    const tokenizer = await make(byteLevel())
    const [paris, time] = [await tokenizer.findTarget('Paris'), await tokenizer.findTarget(' time')]
    await expect(tokenizer.findTarget('Paris time')).rejects.toThrow(expect.objectContaining({
      code: 'BAD_INPUT',
      message: `The target "Paris time" is 2 tokens: #${paris} "Paris", #${time} " time"; a target is one token. ` +
        `Take the first with --target '#${paris}'.`,
    }))
  })

  it('names a dozen at most', async () => {
    const tokenizer = await make(byteLevel())
    await expect(tokenizer.findTarget('the time '.repeat(20))).rejects.toThrow(/is \d+ tokens: (#\d+ "[^"]+"(, )?){12} …; a target/)
  })

  it('refuses nothing at all', async () => {
    const tokenizer = await make(byteLevel())
    await expect(tokenizer.findTarget('')).rejects.toThrow('The target is empty; give the text of one token, or #ID.')
  })
})
