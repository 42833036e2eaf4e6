/** Merges are rewritten from bytes to bytes; what is not plainly pairs of texts goes to the library as it stands. */
import { expect, test } from 'vitest'
import { compactMerges } from '../../src/tokenizer/merges.ts'

const compact = (text: string) => {
  const bytes = Buffer.from(`  ${text}, "more": 1}`)
  const made = compactMerges(bytes, 2)
  return made && { json: made.json.toString(), rest: bytes.subarray(made.end).toString() }
}

test('pairs become the older form, and the end of the array is found', () => {
  expect(compact('[["a","b"], [ "▁t" , "he" ]\n]')).toEqual({ json: '["a b","▁t he"]', rest: ', "more": 1}' })
  expect(compact('[]')).toEqual({ json: '[]', rest: ', "more": 1}' })
})

test('quotes and brackets inside texts are texts', () => {
  expect(compact(String.raw`[["\"","]"],["\\","[["]]`)?.json).toBe(String.raw`["\" ]","\\ [["]`)
})

test('anything else is left to the library', () => {
  for (const text of ['["a b"]', '[["a b","c"]]', '[["a","b","c"]]', '[["a"]]', '[["a" 7 "b"]]', '[["a","b"] x]', '[[["a","b"]]]', '[["a","b"]']) {
    expect(compact(text), text).toBeNull()
  }
})
