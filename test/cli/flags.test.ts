import { describe, expect, it } from 'vitest'
import { decimal, idList, layerOrAll, rangeList, wholeNumber, yesOrNo } from '../../cli/flags.ts'

describe('idList', () => {
  it('takes what programs print', () => {
    expect(idList('--tokens', '1,403,407')).toEqual([1, 403, 407])
    expect(idList('--tokens', ' [1, 403, 407] ')).toEqual([1, 403, 407])
    expect(idList('--tokens', '')).toEqual([])
    // Out of range is for the model to say, which knows the range.
    expect(idList('--tokens', '-1')).toEqual([-1])
  })

  it.each(['1,,2', '1,a', '1;2', '1.5', '1,2,'])('refuses %j', (text) => {
    expect(() => idList('--tokens', text)).toThrow(
      `--tokens is ${JSON.stringify(text)}; expected whole numbers with commas between them, such as 1,403,407.`,
    )
  })
})

describe('rangeList', () => {
  it('takes numbers and ranges', () => {
    expect(rangeList('--neurons', '1,2,5-9')).toEqual([1, 2, 5, 6, 7, 8, 9])
  })

  it.each(['9-5', '1-', '-3', '1-9999999999', 'a'])('refuses %j', (text) => {
    expect(() => rangeList('--neurons', text)).toThrow('expected numbers and ranges')
  })
})

it('wholeNumber', () => {
  expect(wholeNumber('--position', '-1')).toBe(-1)
  expect(() => wholeNumber('--position', '1e3')).toThrow('--position is "1e3"; expected a whole number.')
  expect(() => wholeNumber('--top', '0', { least: 1 })).toThrow('--top is "0"; expected a whole number of at least 1.')
})

it('the others', () => {
  expect(decimal('--temperature', '0.5')).toBe(0.5)
  expect(() => decimal('--temperature', ' ')).toThrow('expected a number')
  expect(yesOrNo('--exclude-first', 'false')).toBe(false)
  expect(() => yesOrNo('--exclude-first', 'no')).toThrow('expected true or false')
  expect(layerOrAll('--layer', 'all')).toBe('all')
  expect(() => layerOrAll('--layer', '-1')).toThrow('expected a layer number or all')
})
