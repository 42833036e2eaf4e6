/** The same records, however a file holds them; and files that would hang or fill whoever trusts them. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openDataset, readDataset } from '../../../ingest/datasets/read.ts'
import { projectDir } from '../../../src/config.ts'
import { openDuckDb, sqlText } from '../../../src/duckdb/open.ts'
import { datasetFile } from './files.ts'

const records = [
  { prompt: 'The capital of France is', answer: 'Paris', n: 1 },
  { prompt: 'He said "no", or\nso', answer: 'ü🦆', n: 2 },
]
const prompts = records.map(({ prompt, answer }) => [prompt, answer])
const plain = async (content: string | Uint8Array, name?: string) => {
  const read = await readDataset(datasetFile(content, name))
  expect(read.broken).toEqual([])
  return read.records.map(({ text, answer }) => [text, answer])
}
const lines = records.map((record) => JSON.stringify(record)).join('\n')
const pretty = (value: unknown) => JSON.stringify(value, null, 2)

describe('the same prompts come from', () => {
  it.each<[string, string | Uint8Array]>([
    ['JSON lines', lines],
    ['JSON lines with a byte order mark', `\uFEFF${lines}\r\n`],
    ['JSON lines in gzip', gzipSync(lines)],
    ['gzip of two members', Buffer.concat([gzipSync(`${lines.split('\n')[0]}\n`), gzipSync(lines.split('\n')[1] ?? '')])],
    ['an array', JSON.stringify(records)],
    ['an array in gzip', gzipSync(JSON.stringify(records))],
    ['an object with data', JSON.stringify({ version: '1.0', data: records })],
    ['an object with data, over lines', pretty({ data: records, version: { a: ['}', '{'] } })],
    ['an object with examples', JSON.stringify({ name: 'task', description: 'a "text": with [brackets]', examples: records })],
    ['a page of the datasets server', JSON.stringify({ features: [{ name: 'prompt' }], rows: records.map((row, row_idx) => ({ row_idx, row, truncated_cells: [] })), num_rows_total: 2 })],
    ['an object with train', JSON.stringify({ train: records })],
    ['an object with train and test', JSON.stringify({ train: records.slice(0, 1), test: records.slice(1) })],
    ['CSV', 'prompt,answer,n\nThe capital of France is,Paris,1\n"He said ""no"", or\nso",ü🦆,2\n'],
    ['CSV with semicolons', 'prompt;answer;n\r\nThe capital of France is;Paris;1\r\n"He said ""no"", or\nso";ü🦆;2\r\n'],
    ['TSV', 'prompt\tanswer\tn\nThe capital of France is\tParis\t1\n"He said ""no"", or\nso"\tü🦆\t2\n'],
    ['TSV in gzip', gzipSync('prompt\tanswer\nThe capital of France is\tParis\n"He said ""no"", or\nso"\tü🦆\n')],
  ])('%s', async (_, content) => {
    expect(await plain(content)).toEqual(prompts)
  })

  it('Parquet', async () => {
    const path = datasetFile('', 'set.parquet')
    const { connection, close } = await openDuckDb({ files: [path] })
    await connection.run(`COPY (FROM (VALUES ${records.map(({ prompt, answer, n }) => `(${sqlText(prompt)}, ${sqlText(answer)}, ${n})`).join(', ')}) t(prompt, answer, n)) TO ${sqlText(path)} (FORMAT parquet, USE_TMP_FILE false)`)
    close()
    const read = await readDataset(path)
    expect(read).toMatchObject({ format: 'jsonl', broken: [] })
    expect(read.records.map(({ text, answer, extra }) => [text, answer, extra])).toEqual(records.map(({ prompt, answer, n }) => [prompt, answer, { n }]))
  })

  it('chunks that end anywhere', async () => {
    // More than a chunk of every kind of byte that matters, each at many places of one.
    const many = Array.from({ length: 9000 }, (_, i) => ({ prompt: `${'\\"[{,:}]" '.repeat(i % 23)}x${i}`, answer: 'ü'.repeat(i % 5) + 'a' }))
    const expected = JSON.stringify(many.map(({ prompt, answer }) => [prompt, answer]))
    const csv = (separator: string) => ['prompt', 'answer'].join(separator) + '\n' + many.map(({ prompt, answer }) => `"${prompt.replaceAll('"', '""')}"${separator}${answer}\n`).join('')
    for (const content of [JSON.stringify(many), pretty({ data: many }), many.map((each) => `${JSON.stringify(each)}\n`).join(''), csv(','), csv('\t')]) {
      expect(content.length).toBeGreaterThan(1024 ** 2 / 2)
      expect(JSON.stringify(await plain(content)) === expected).toBe(true)
    }
  })
})

describe('parts and rows', () => {
  it('of a dataset are told apart, unless the records do it', async () => {
    const { records: read } = await readDataset(datasetFile(JSON.stringify({ train: [{ prompt: 'a' }], Test: [{ prompt: 'b', split: 'own' }, { prompt: 'c' }] })))
    expect(read.map(({ extra }) => extra['split'])).toEqual(['train', 'own', 'Test'])
  })

  it('that the server cut short are refused', async () => {
    const rows = [{ row_idx: 0, row: { prompt: 'a…' }, truncated_cells: ['prompt'] }, { row_idx: 1, row: { prompt: 'b' }, truncated_cells: [] }]
    const { broken, records: read } = await readDataset(datasetFile(JSON.stringify({ rows })))
    expect(broken).toEqual([{ record: 1, line: 1, reason: 'was cut short by the server that the file is from (prompt)' }])
    expect(read.map(({ text }) => text)).toEqual(['b'])
  })

  it('a record with an array of objects is a record', async () => {
    expect(await plain('{"prompt":"a","answer":"b","examples":[{"prompt":"x"}]}')).toEqual([['a', 'b']])
    expect(await plain('{"prompt":"a","answer":"b","data":[{"prompt":"x"}]}\n{"prompt":"c","data":[{}]}\n')).toEqual([['a', 'b'], ['c', null]])
    expect(await plain(pretty({ prompt: 'a', answer: 'b' }))).toEqual([['a', 'b']])
  })
})

describe('Parquet of another writer', () => {
  const fixture = (name: string) => readDataset(join(projectDir, 'test/fixtures/datasets', `${name}.parquet`))

  it('keeps every digit, structs, lists and what is no number', async () => {
    const { format, broken, records: read } = await fixture('arc')
    expect({ format, broken }).toEqual({ format: 'choices', broken: [] })
    expect(read.map(({ answer }) => answer)).toEqual(['fire', 'ice', 'rain'])
    expect(read.map(({ extra }) => extra)).toMatchObject([
      { id: 'a', tweet_id: { value: '1533947986218845197' }, unsigned: { value: '18446744073709551615' }, price: { value: '12345678901234567890.123456789' }, tags: [1, 2], is_easy: true, record: 'a column of this name' },
      { tweet_id: { value: '1533947986218845199' }, weight: 'NaN', when: '1970-01-01 00:00:00.001+00', price: null },
      { id: null, weight: '-Infinity', choices: { text: ['rain', 'sand', 'sun'], label: ['1', '2', '3'] } },
    ])
  })

  it('with two columns of one name is refused', async () => {
    await expect(fixture('two-columns-of-one-name')).rejects.toThrow('two-columns-of-one-name.parquet has two columns called "id"; give each a name of its own.')
    await expect(fixture('two-fields-of-one-name')).rejects.toThrow('has two columns called "x" and "X"')
  })
})

describe('tables', () => {
  it.each([
    ['prompt,answer,id,id\na,b,1,2\n', 'set.json has two columns called "id"; give each a name of its own.'],
    ['prompt\tanswer\tid\tid\na\tb\t1\t2\n', 'set.json has two columns called "id"; give each a name of its own.'],
    ['prompt,,\na,1,2\n', 'set.json has two columns called ""; give each a name of its own.'],
    ['prompt,__proto__\na,1\n', 'set.json has a column called "__proto__", which cannot be kept; rename it.'],
  ])('with columns of one name are refused: %j', async (content, message) => {
    await expect(readDataset(datasetFile(content))).rejects.toThrow(message)
  })

  it('with tabs may have quotes anywhere', async () => {
    expect(await plain('prompt\tanswer\nthe 5" disk "is\tflat\n')).toEqual([['the 5" disk "is', 'flat']])
  })

  it('of MMLU have no header', async () => {
    const { format, records: read } = await readDataset(datasetFile('"What is 2+2, really?",3,4,5,6,B\nWhat?,a,b,c,d,D\n', 'test.csv'))
    expect(format).toBe('choices')
    expect(read).toMatchObject([{ text: 'Q: What is 2+2, really?\nA:', answer: '4', extra: { distractors: ['3', '5', '6'] } }, { answer: 'd' }])
  })

  it('leave the last options empty where there are fewer', async () => {
    const { records: read, broken } = await readDataset(datasetFile('question,A,B,C,D,answer\nq,a,b,c,d,D\nq,a,b,,,B\nq,a,,c,d,A\n', 'x.csv'))
    expect(read.map(({ answer, extra }) => [answer, extra['distractors']])).toEqual([['d', ['a', 'b', 'c']], ['b', ['a']]])
    expect(broken.map(({ reason }) => reason)).toEqual(['has a "B" that is blank, though options follow it'])
  })
})

describe('files that would hang or fill their reader', () => {
  const refusal = async (content: string | Uint8Array, limits = {}) => {
    const error: unknown = await readDataset(datasetFile(content), { limits }).catch((caught: unknown) => caught)
    return error instanceof Error ? error.message : 'not refused'
  }

  it('brackets that open and never close, or close and never open', async () => {
    expect(await refusal('['.repeat(300_001) + '}'.repeat(300_000))).toContain('opens 100001 brackets in one record')
    expect(await refusal(`[${'{"a":['.repeat(300_000)}`)).toContain('brackets in one record')
    expect(await refusal(`[${'}'.repeat(1_000_000)}]`)).toContain('is not valid JSON')
    expect(await refusal(`[${'[{"a":'.repeat(40_000)}1${'}]'.repeat(40_000)}]`)).toContain('is nested more than 32 levels deep')
    expect(await refusal(`{"data":[{"a":${'['.repeat(90_000)}${'}'.repeat(900_000)}]}`)).toContain('is not valid JSON')
    expect(await refusal('{'.repeat(500_000))).toContain('record 1 (line 1) is not valid JSON')
  })

  it('quotes that open on every line', async () => {
    expect(await refusal(`[${'"\n'.repeat(300_000)}]`)).toContain('is not valid JSON')
    expect(await refusal(`[${'"'.repeat(1_000_001)}\n]`)).toContain('is not valid JSON')
    expect(await refusal(`prompt,answer\n${'"'.repeat(2_000_001)}`)).toMatch(/never closes|bytes; at most/)
  })

  it('what a few bytes unpack to', async () => {
    const bomb = gzipSync(`{"prompt":"${'a'.repeat(30_000_000)}"}\n`)
    expect(bomb.length).toBeLessThan(50_000)
    expect(await refusal(bomb, { fileBytes: 1_000_000 })).toContain('unpacks to more than 1000000 bytes, which is all that is read')
    expect(await refusal(bomb)).toContain('record 1 (line 1) has 30000014 bytes; at most 1048576 are taken')
  })

  it('records larger than they may be, whose neighbours are taken', async () => {
    const large = 'x'.repeat(3_000_000)
    for (const content of [
      `{"prompt":"a"}\n{"prompt":"${large}"}\n{"prompt":"b"}\n`,
      `[{"prompt":"a"},\n{"prompt":"${large}"},\n{"prompt":"b"}]`,
      `prompt,answer\na,\n"${large}",\nb,\n`,
    ]) {
      const { records: read, broken } = await readDataset(datasetFile(content))
      expect(read.map(({ text }) => text)).toEqual(['a', 'b'])
      expect(broken).toEqual([{ record: 2, line: content.startsWith('prompt') ? 3 : 2, reason: expect.stringMatching(/^has 30000\d\d bytes; at most 1048576 are taken$/) as string }])
    }
  })

  it('are read as they are needed: looking at a file does not read it', async () => {
    const path = datasetFile(`[{"prompt":"a"},\n${'{"prompt":"b"},\n'.repeat(100_000)}{"prompt":"c"`)
    // It is cut off at its end, which only reading finds.
    const { pages, format } = await openDataset(path)
    expect(format).toBe('jsonl')
    await expect((async () => { for await (const page of pages()) void page })()).rejects.toThrow('record 100002, which begins on line 100002, never ends')
  })
})

describe('what no dataset is', () => {
  it.each<[string, Uint8Array, string]>([
    ['Arrow', Buffer.from('ARROW1\0\0'), 'is an Arrow file; save it as Parquet.'],
    ['a stream of Arrow', Buffer.from([255, 255, 255, 255, 1, 2]), 'is a stream of Arrow records; save it as Parquet.'],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), 'is zstd-compressed; unpack it first.'],
    ['gzip twice', gzipSync(gzipSync(lines)), 'is gzip-compressed twice; unpack it once.'],
    ['Parquet in gzip', gzipSync(Buffer.from('PAR1xxxxPAR1')), 'is a Parquet file in gzip, which is read from its end; unpack it first.'],
    ['half a Parquet file', Buffer.from('PAR1xxxx'), 'cannot be read as Parquet: '],
    ['gzip that is cut off', gzipSync(lines.repeat(100)).subarray(0, 60), 'is damaged or cut off: its gzip data ends early or does not fit; pack it again.'],
    ['gzip of nothing', gzipSync(''), 'is empty; records were expected.'],
  ])('%s', async (_, content, message) => {
    await expect(readDataset(datasetFile(content, 'x'))).rejects.toMatchObject({ code: 'BAD_DATASET', message: expect.stringContaining(message) as string })
  })
})
