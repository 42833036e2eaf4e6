/** Broken files: what is wrong is said with its place, and one broken record does not take others with it. */
import { describe, expect, it } from 'vitest'
import { readDataset, requireWhole } from '../../../ingest/datasets/read.ts'
import { UserError } from '../../../src/errors.ts'
import { datasetFile } from './files.ts'

const good = '{"prompt":"a","target_token":"b"}'

async function refusal(content: string | Uint8Array, options: Parameters<typeof readDataset>[1] = {}) {
  const error = await readDataset(datasetFile(content), options).catch((caught: unknown) => caught)
  if (!(error instanceof UserError)) throw new Error(`not refused: ${JSON.stringify(error)}`)
  return { code: error.code, message: error.message }
}

describe('broken records', () => {
  it.each([
    ['a missing field', '{"prompt":"a"}', 'lacks "target_token"'],
    ['a wrong type', '{"prompt":"a","target_token":5}', 'has a number as "target_token" where string was expected'],
    ['a blank prompt', '{"prompt":" ","target_token":"b"}', 'has a "prompt" that is blank'],
    ['no object', '"text"', 'is a string where an object was expected'],
    ['null', 'null', 'is null where an object was expected'],
    ['a NUL character', '{"prompt":"a\\u0000","target_token":"b"}', 'holds the character U+0000, which a database cannot store'],
    ['a NUL in a field that is only kept', '{"prompt":"a","target_token":"b","x":["\\u0000"]}', 'holds the character U+0000, which a database cannot store'],
    ['half a character', '{"prompt":"\\ud83d","target_token":"b"}', 'holds half of a surrogate pair, which is not a character'],
    ['a missing comma', `${good} ${good}`, expect.stringContaining('is not valid JSON')],
    ['a missing quote', '{"prompt":"a,"target_token":"b"}', expect.stringContaining('is not valid JSON')],
    ['a bracket too few', '{"prompt":["a","target_token":"b"}', expect.stringContaining('is not valid JSON')],
    ['a bracket too many', '{"prompt":"a"}},"target_token":"b"}', expect.stringContaining('is not valid JSON')],
    ['nothing', '', 'is empty: there is a comma too many'],
    ['Infinity', '{"prompt":"a","target_token":"b","x":Infinity}', expect.stringContaining('is not valid JSON')],
    ['absurd nesting', `{"prompt":"a","target_token":"b","x":${'['.repeat(99)}${']'.repeat(99)}}`, 'is nested more than 32 levels deep'],
  ])('%s', async (_, record, reason) => {
    const dataset = await readDataset(datasetFile(`[\n  ${good},\n  ${record},\n\n  ${good}\n]\n`))
    expect(dataset.broken[0]).toEqual({ record: 2, line: 3, reason })
    expect(dataset.records.map(({ index }) => index)).toEqual([0, 1])
  })

  it('in JSON lines, by line', async () => {
    const dataset = await readDataset(datasetFile(`${good}\n\n{"prompt":\n${good}\n`))
    expect(dataset.broken).toMatchObject([{ record: 2, line: 3 }])
    expect(dataset.records).toHaveLength(2)
  })

  it('in bytes that are not UTF-8, wherever they are', async () => {
    const bytes = Buffer.from(`[${good},\n${good.replace('a', '\xff')}]`, 'latin1')
    const dataset = await readDataset(datasetFile(bytes))
    expect(dataset.broken).toEqual([{ record: 2, line: 2, reason: 'is not valid UTF-8' }])
  })

  it('that are too large', async () => {
    const dataset = await readDataset(datasetFile(`[${good},{"prompt":"${'x'.repeat(100)}"}]`), {
      limits: { recordBytes: 64 },
    })
    expect(dataset.broken).toEqual([{ record: 2, line: 1, reason: 'has 113 bytes; at most 64 are taken' }])
  })

  it('in CSV, by line', async () => {
    const dataset = await readDataset(datasetFile('prompt,answer\n"a\nb",c\nd\ne,f"g\nh,i\n'))
    expect(dataset.records).toMatchObject([{ text: 'a\nb' }, { text: 'h' }])
    expect(dataset.broken).toEqual([
      { record: 2, line: 4, reason: 'has 1 fields where the header names 2' },
      { record: 3, line: 5, reason: 'has a quote in the middle of a field; quote the whole field and double it' },
    ])
  })
})

describe('a broken row of CSV', () => {
  it.each<[string, string | Buffer, string]>([
    ['text after a closing quote', '"q"z,b', 'has a quote in the middle of a field; quote the whole field and double it'],
    ['more bytes than are taken', `${'x'.repeat(70)},b`, 'has 72 bytes; at most 64 are taken'],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0x2c, 0x62]), 'is not valid UTF-8'],
    ['too many fields', 'a,b,c', 'has 3 fields where the header names 2'],
  ])('hides none of those after it: %s', async (_, row, reason) => {
    const bytes = Buffer.concat(['prompt,answer\na,b\r\n\n', row, '\nc,d\r\n"e\n",f\n', row, '\ng,h'].map((part) => Buffer.from(part)))
    const dataset = await readDataset(datasetFile(bytes), { limits: { recordBytes: 64 } })
    expect(dataset.records.map(({ text, answer }) => [text, answer])).toEqual([['a', 'b'], ['c', 'd'], ['e\n', 'f'], ['g', 'h']])
    expect(dataset.broken).toEqual([{ record: 2, line: 4, reason }, { record: 5, line: 8, reason }])
  })
})

describe('files that are refused whole', () => {
  it.each([
    ['empty', '', 'set.json is empty; records were expected.'],
    ['an empty array', ' [ ] ', 'set.json holds no records; a dataset needs at least one.'],
    ['prose', 'Once upon a time', 'set.json is neither a JSON array, nor one JSON object per line, nor Parquet, nor CSV with a header that names a prompt.'],
    ['UTF-16', Buffer.from('\uFEFF[]', 'utf16le'), expect.stringContaining('is UTF-16 text; save it as UTF-8.')],
    ['half a gzip file', Buffer.from([0x1f, 0x8b, 8]), expect.stringContaining('is damaged or cut off: its gzip data ends early')],
    ['a cut-off file', `[${good},\n{"prompt":"a`, 'set.json is cut off or lacks a closing brace: record 2, which begins on line 2, never ends.'],
    ['a missing brace', `[${good},\n{"prompt":"a",\n${good}\n]`, 'set.json is cut off or lacks a closing brace: record 2, which begins on line 2, never ends.'],
    ['more after the array', `[${good}]\n[${good}]`, 'set.json goes on after its array ends (line 2); one array was expected.'],
    ['an open quote in CSV', 'prompt,answer\n"a,b\nc,d\n', 'set.json has a quote that never closes in the row that begins on line 2.'],
    ['unknown fields', '[{"frage":"a"}]', expect.stringContaining('is of no known format: its records have the fields frage; expected a prompt or text with its answer')],
    ['one object with an empty array', '{\n"data": []\n}', 'set.json holds no records; a dataset needs at least one.'],
    ['one object over several lines', '{\n"x": 1\n}', expect.stringContaining('is of no known format: its records have the fields x')],
    ['objects over several lines', '{\n"prompt": "a"\n}\n{\n"prompt": "b"\n}', expect.stringContaining('record 1 (line 1) is not valid JSON')],
  ])('%s', async (_, content, message) => {
    expect(await refusal(content)).toEqual({ code: 'BAD_DATASET', message })
  })

  it('too many bytes or records', async () => {
    expect((await refusal(`[${good}]`, { limits: { fileBytes: 10 } })).code).toBe('TOO_LARGE')
    expect((await refusal(`[${good},${good}]`, { limits: { records: 1 } })).code).toBe('TOO_LARGE')
  })

  it('a folder, and a path where nothing is', async () => {
    await expect(readDataset(import.meta.dirname)).rejects.toThrow('is not a file')
    await expect(readDataset('/nowhere/at/all.json')).rejects.toThrow('There is no file /nowhere/at/all.json')
  })
})

describe('requireWhole', () => {
  async function refusing(content: string, skipBroken: boolean) {
    const { name, format, records, broken } = await readDataset(datasetFile(content, 'x.json'))
    return () => requireWhole({ name, format, good: records.length, broken: { count: broken.length, first: broken[0] }, skipBroken })
  }

  it('refuses broken records unless the user takes the good ones', async () => {
    const content = `[${good},\n{"prompt":"a"},{}]`
    expect(await refusing(content, false)).toThrow(
      'x.json has 2 broken records and nothing of it was taken: record 2 (line 2) lacks "target_token", and 1 more; ' +
        'repair them, or take only the 1 good prompts with --skip-broken.',
    )
    expect(await refusing(content, true)).not.toThrow()
  })

  it('refuses a dataset without any good record, whatever the user says', async () => {
    expect(await refusing('[{"prompt":"a","target_token":1}]', true)).toThrow('is it really of the format ioi?')
  })
})
