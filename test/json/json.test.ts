/** JSON without loss: every number and every field comes out as it went in, or is refused. */
import { describe, expect, it } from 'vitest'
import { isLosslessNumber, LosslessNumber, survives, whyUnstorableNumber } from '../../src/json/number.ts'
import { MAX_DEPTH, readJson } from '../../src/json/read.ts'
import { canonicalJson, withNumbersQuoted, writeJson } from '../../src/json/write.ts'
import { Random } from '../random.ts'

const valueOf = (text: string): unknown => {
  const read = readJson(text)
  if ('reason' in read) throw new Error(read.reason)
  return read.value
}
const again = (text: string) => writeJson(valueOf(text))

describe('numbers', () => {
  it.each([
    '1533947986218845197', '-9007199254740993', '9007199254740993', '18446744073709551615',
    '340282366920938463463374607431768211455', '12345678901234567.25', '0.12345678901234567890123', '1e400', '1E-400',
    '3.14159265358979323846', '100000000000000000000000000000000001',
  ])('%s stays as it is written', (text) => {
    expect(survives(text)).toBe(false)
    expect(again(`{"n":${text}}`)).toBe(`{"n":${text}}`)
    expect(again(`[[${text}],1]`)).toBe(`[[${text}],1]`)
    expect(canonicalJson(valueOf(`{"b":1,"a":${text}}`))).toBe(`{"a":${text},"b":1}`)
  })

  it.each([
    ['0', 0], ['-0', -0], ['1', 1], ['1.0', 1], ['1e3', 1000], ['0.1', 0.1], ['1E+2', 100], ['9007199254740992', 2 ** 53],
    ['1e22', 1e22], ['123456789012345680000', 123456789012345680000], ['0.30000000000000004', 0.1 + 0.2],
    ['1.7976931348623157e308', Number.MAX_VALUE], ['5e-324', 5e-324], ['0e999999', 0], ['1000000000000000000000', 1e21],
  ])('%s is a plain number, since JavaScript prints the same one', (text, number) => {
    expect(survives(text)).toBe(true)
    expect(valueOf(`{"n":${text},"m":1533947986218845197}`)).toMatchObject({ n: number })
  })

  it('agree with a test of every double, whatever their form', () => {
    const random = new Random(5)
    for (let i = 0; i < 5000; i++) {
      const number = (random.uniform() - 0.5) * 10 ** (random.integer(600) - 300)
      expect(survives(String(number))).toBe(true)
      expect(survives(number.toExponential())).toBe(true)
    }
    for (let i = 0; i < 2000; i++) {
      const whole = BigInt(random.integer(2 ** 53)) * 4096n + BigInt(random.integer(4096))
      expect(survives(String(whole))).toBe(BigInt(String(Number(whole))) === whole)
    }
  })

  it('that no database would store are told', () => {
    expect(whyUnstorableNumber(new LosslessNumber('1e400'))).toBeNull()
    expect(whyUnstorableNumber(new LosslessNumber('1e-99999'))).toContain('more than 1000 digits')
    expect(whyUnstorableNumber(new LosslessNumber('7'.repeat(1001)))).toBe(
      'holds the number 77777777777777777777…, which has more than 1000 digits when it is written out',
    )
  })

  it('are judged at once, however long they are', () => {
    expect(survives(`1e-${'9'.repeat(1_000_000)}`)).toBe(false)
    expect(survives(`0.${'0'.repeat(1_000_000)}1`)).toBe(false)
    expect(survives('9'.repeat(1_000_000))).toBe(false)
  })
})

describe('fields', () => {
  it('of one name in one object are refused by name', () => {
    const reason = 'has two fields called "id"; give each a name of its own'
    expect(readJson('{"id":1,"id":2}')).toEqual({ reason })
    expect(readJson('{"id":1, "id" : 2}')).toEqual({ reason })
    expect(readJson('{"a":{"id":1,"x":"\\":","id":"1"}}')).toEqual({ reason })
    expect(readJson('{"id":1533947986218845197,"id":1533947986218845199}')).toEqual({ reason })
  })

  it('of one name and one value lose nothing', () => {
    expect(valueOf('{"id":[1],"id":[1]}')).toEqual({ id: [1] })
  })

  it('of one name in two objects, and colons in texts, are no matter', () => {
    expect(valueOf('[{"id":1},{"id":2}]')).toEqual([{ id: 1 }, { id: 2 }])
    expect(valueOf('{"a":"say \\":\\" and \\" : ","b":2}')).toEqual({ a: 'say ":" and " : ', b: 2 })
  })

  it('called __proto__ are fields like others', () => {
    for (const text of ['{"__proto__":{"x":1},"n":2}', '{"__proto__":{"x":1},"n":1533947986218845197}']) {
      expect(again(text)).toBe(text)
      expect(canonicalJson(valueOf(text))).toBe(text)
      expect(Object.getPrototypeOf(valueOf(text))).toBe(Object.prototype)
    }
  })
})

describe('what is no JSON, or too deep', () => {
  it('is told', () => {
    expect(readJson('{"a":}')).toEqual({ reason: expect.stringContaining('is not valid JSON (') })
    expect(readJson('')).toEqual({ reason: expect.stringContaining('is not valid JSON (') })
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    expect(readJson(deep(MAX_DEPTH))).toHaveProperty('value')
    expect(readJson(deep(MAX_DEPTH + 1))).toEqual({ reason: 'is nested more than 32 levels deep' })
    expect(readJson(deep(300_000))).toEqual({ reason: 'is nested more than 32 levels deep' })
  })
})

describe('canonicalJson', () => {
  it('is the same whatever the order of fields, and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x', u: undefined })).toBe('{"a":"x","b":[{"c":null,"d":1}]}')
  })

  it('has the order that stored hashes were made with: whole numbers first, by value', () => {
    const value = Object.fromEntries(['b', '10', '9', '4294967295', 'a', '01', '-1'].map((name) => [name, 1]))
    const before = JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'object' && inner !== null
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    )
    expect(canonicalJson(value)).toBe(before)
  })
})

describe('withNumbersQuoted', () => {
  it('makes strings of the numbers that JavaScript would change, and of nothing else', () => {
    const text = '{"id": 1533947986218845197, "s": "1533947986218845197 \\\\", "n": [-9007199254740993, 1.5, 1e400]}'
    const quoted = withNumbersQuoted(text)
    expect(JSON.parse(quoted)).toEqual({
      id: '1533947986218845197', s: '1533947986218845197 \\', n: ['-9007199254740993', 1.5, '1e400'],
    })
    expect(withNumbersQuoted('{"a": 1.0, "b": "x"}')).toBe('{"a": 1.0, "b": "x"}')
  })

  it('goes through a text of many megabytes', () => {
    const text = `{"a":"${'x\\n\\\\\\"'.repeat(1_000_000)}","b":1533947986218845197}`
    expect(withNumbersQuoted(text).endsWith('","b":"1533947986218845197"}')).toBe(true)
  })
})

it('isLosslessNumber knows them from objects of files', () => {
  expect(isLosslessNumber(valueOf('{"isLosslessNumber":true,"value":"1"}'))).toBe(false)
})
