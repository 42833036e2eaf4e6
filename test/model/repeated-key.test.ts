import { describe, expect, it } from 'vitest'
import { repeatedKey } from '../../src/model/repeated-key.ts'

describe('repeatedKey', () => {
  it.each<[string, string | null]>([
    ['{}', null],
    ['{"a": 1, "b": 2}', null],
    ['{"a": 1, "a": 2}', 'a'],
    ['{"a": {"x": 1}, "b": {"x": 2}}', null],
    ['{"a": {"x": 1, "x": 2}}', null],
    ['{"a": ["b", "b"], "b": 1}', null],
    ['{"a": "a", "b": "\\"a\\": 1"}', null],
    ['{"\\\\": 1, "\\"": 2, "\\\\": 3}', '\\'],
    ['{"é": 1, "\\u00e9": 2}', 'é'],
    ['{"__proto__": 1, "__proto__": 2}', '__proto__'],
    ['{"a":[{"a":1,"b":{"a":[]}}],"c":"}","b":2,"c":3}', 'c'],
  ])('%s', (text, expected) => expect(repeatedKey(text)).toBe(expected))

  it('takes a header of 2 MB in its stride', () => {
    const entries = Array.from({ length: 40_000 }, (_, i) => `"layers.${i}.weight":{"shape":[1,2],"dtype":"F32"}`)
    expect(repeatedKey(`{${entries.join(',')}}`)).toBeNull()
    expect(repeatedKey(`{${entries.join(',')},"layers.7.weight":0}`)).toBe('layers.7.weight')
  })
})
