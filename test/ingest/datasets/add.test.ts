/** `tributary dataset add`: what goes into the database and comes out of it again, and what is said about it. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { useDatabase } from '../../database.ts'
import { hasShared, reason, sharedPath } from '../../shared.ts'
import { command } from '../demo-data.ts'
import { datasetFile } from './files.ts'

const database = useDatabase()
const typed = (...args: string[]) => command({ DATABASE_URL: database.url }, ...args)
const sql = async (statement: string) => (await typed('sql', '--csv', statement)).printed.trimEnd().split('\n').slice(1)

describe('numbers that JavaScript would change', () => {
  const lines =
    '{"prompt":"The capital of France","answer":"is","tweet_id":1533947986218845197,"deep":[{"d":12345678901234567.25}],"f":1e400}\n' +
    '{"prompt":"The city of Paris","answer":"is","tweet_id":1533947986218845199,"deep":[-9007199254740993],"f":0.1}\n'

  it('come out of the database to the digit', async () => {
    expect(await typed('dataset', 'add', datasetFile(lines, 'ids.jsonl'), '--id', 'ids')).toMatchObject({ status: 0, printed: 'Added ids: 2 prompts (jsonl).\n', said: '' })
    const of = "FROM prompt p JOIN dataset d ON d.id = p.dataset_id WHERE d.slug = 'ids' ORDER BY index"
    expect(await sql(`SELECT extra->>'tweet_id' ${of}`)).toEqual(['1533947986218845197', '1533947986218845199'])
    expect(await sql(`SELECT (extra->'tweet_id')::bigint + 1 ${of}`)).toEqual(['1533947986218845198', '1533947986218845200'])
    expect(await sql(`SELECT extra->'deep'->0 ${of}`)).toEqual(['"{""d"": 12345678901234567.25}"', '-9007199254740993'])
    expect(await sql(`SELECT (extra->>'f')::numeric = 1e400::numeric, extra->>'f' = '0.1' ${of}`)).toEqual(['t,f', 'f,t'])
  })

  it('are told apart where only they differ', async () => {
    const one = (id: string) => typed('dataset', 'add', datasetFile(`{"prompt":"a","answer":"b","id":${id}}\n`, `d${id}.jsonl`))
    expect(await one('1533947986218845197')).toMatchObject({ status: 0, printed: 'Added d1533947986218845197: 1 prompts (jsonl).\n' })
    expect(await one('1533947986218845199')).toMatchObject({ status: 0, printed: 'Added d1533947986218845199: 1 prompts (jsonl).\n' })
  })

  it('and that no database would store are refused', async () => {
    const file = datasetFile('{"prompt":"a","n":1e9999}\n', 'huge.jsonl')
    expect(await typed('dataset', 'add', file)).toMatchObject({
      status: 2, said: expect.stringContaining('record 1 (line 1) holds the number 1e9999, which has more than 1000 digits') as string,
    })
  })
})

describe('two fields of one name', () => {
  it('are refused by name', async () => {
    const file = datasetFile('{"prompt":"a","id":1,"id":2}\n', 'twice.jsonl')
    expect(await typed('dataset', 'add', file)).toMatchObject({
      status: 2, said: expect.stringContaining('record 1 (line 1) has two fields called "id"; give each a name of its own') as string,
    })
    expect(await sql("SELECT slug FROM dataset WHERE slug = 'twice'")).toEqual([])
  })
})

describe('what is said about answers', () => {
  const add = async (name: string, ...records: object[]) =>
    (await typed('dataset', 'add', datasetFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''), name))).said

  it('nothing, where every record has one', async () => {
    expect(await add('a1.jsonl', { prompt: 'a', answer: 'b', gold_extra: 1 })).toBe('')
  })

  it('that there is none, and what is kept', async () => {
    expect(await add('a2.jsonl', { text: 'a', label: 1 }, { text: 'b', label: 0 })).toBe(
      'No record of a2.jsonl has an answer, so that the model\'s own next token is attributed; the fields kept beside the text are ' +
        'label; "label" looks like an answer and was not taken: if it is, call it "answer", or name the format with --format.\n',
    )
    expect(await add('a3.jsonl', { prompt: 'a' })).toBe(
      "No record of a3.jsonl has an answer, so that the model's own next token is attributed; no field is kept beside the text.\n",
    )
    expect(await add('a4.jsonl', { prompt: 'a', gold_reply_v2: 'x', capital: 'y' })).toContain(
      'are gold_reply_v2, capital; "gold_reply_v2" looks like an answer and was not taken',
    )
  })

  it('how many have none', async () => {
    expect(await add('a5.jsonl', { prompt: 'a', answer: 'b' }, { prompt: 'c', source: 'x' })).toBe(
      "1 of the 2 prompts of a5.jsonl has no answer, so that the model's own next token is attributed; the fields kept beside the text are source.\n",
    )
  })
})

describe('a file with broken records', () => {
  const content = ['{"prompt":"good"}', ...Array.from({ length: 25 }, () => '{"prompt":5}'), '{"prompt":"too"}'].join('\n')

  it('leaves no trace, and each of the first is told', async () => {
    const { status, said, printed } = await typed('dataset', 'add', datasetFile(content, 'broken.jsonl'))
    expect({ status, printed }).toEqual({ status: 2, printed: '' })
    expect(said.split('\n')).toHaveLength(20 + 1 + 1 + 1)
    expect(said).toContain('record 2 (line 2) has a "prompt" that is a number where text was expected\n')
    expect(said).toContain('… and 5 more broken records\n')
    expect(said).toContain('error: broken.jsonl has 25 broken records and nothing of it was taken')
    expect(await sql("SELECT count(*) FROM prompt WHERE text IN ('good', 'too')")).toEqual(['0'])
    expect(await sql('SELECT count(*) FROM dataset WHERE slug NOT IN (SELECT slug FROM dataset WHERE prompt_count > 0)')).toEqual(['0'])
  })

  it('gives its good ones when that is asked for', async () => {
    expect(await typed('dataset', 'add', datasetFile(content, 'broken.jsonl'), '--skip-broken')).toMatchObject({ status: 0, printed: 'Added broken: 2 prompts (jsonl).\n' })
  })
})

describe('the same records', () => {
  it('in another container are the same dataset', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => JSON.stringify({ prompt: `p ${i}`, answer: 'x', big: '9'.repeat(i % 30) }))
    expect(await typed('dataset', 'add', datasetFile(lines.join('\n'), 'first.jsonl'))).toMatchObject({ status: 0, printed: 'Added first: 20000 prompts (jsonl).\n' })
    for (const again of [datasetFile(gzipSync(`[${lines.join(',')}]`), 'again.json.gz'), datasetFile(`{"data":[${lines.join(',\n')}]}`, 'again.json')])
      expect(await typed('dataset', 'add', again)).toMatchObject({ status: 0, printed: expect.stringMatching(/^The 20000 prompts of again\S* are there already, as the dataset first\.\n$/) as string })
    expect(await typed('dataset', 'add', datasetFile('{"prompt":"other"}', 'x.jsonl'), '--id', 'first')).toMatchObject({ status: 2, said: expect.stringContaining('another dataset with the id first already') as string })
    expect(await sql("SELECT count(*), count(DISTINCT index), max(index) FROM prompt p JOIN dataset d ON d.id = p.dataset_id WHERE d.slug = 'first'")).toEqual(['20000,20000,19999'])
  })
})

describe.skipIf(!hasShared)(hasShared ? 'cases of trouble' : `cases of trouble, skipped: ${reason}`, () => {
  const added = async (path: string, id: string) => {
    expect(await typed('dataset', 'add', join(sharedPath('cases'), path), '--id', id)).toMatchObject({ status: 0, said: '' })
    return sql(`SELECT p.answer, p.extra->>'tweet_id', p.extra->>'target_false' FROM prompt p JOIN dataset d ON d.id = p.dataset_id WHERE d.slug = '${id}' ORDER BY index`)
  }

  it('big integers in records', async () => {
    expect(await added('big-integers-in-records/ids.jsonl', 'case-ids')).toEqual(['is,1533947986218845197,', 'is,1533947986218845199,'])
  })

  it('counterfact-tracing', async () => {
    expect(await added('counterfact-tracing/counterfact-tracing.jsonl', 'case-cft')).toEqual(['French,, English'])
  })
})
