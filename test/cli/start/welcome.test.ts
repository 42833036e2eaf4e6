import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { welcome, type Welcome } from '../../../cli/actions/start/welcome.ts'
import { printSchema } from '../../../schema/print.ts'

const empty: Welcome = {
  url: 'http://127.0.0.1:4000',
  database: 'embedded PostgreSQL in /x',
  local: true,
  keys: null,
  models: [],
  datasets: [],
  results: 0,
}
const stories = { slug: 'stories', hasTokenizer: true }

/** What the shell would hand to curl. */
const queryOf = (text: string) => {
  const body: unknown = JSON.parse(/-d '(.*)'/.exec(text)?.[1] ?? 'null')
  return typeof body === 'object' && body !== null && 'query' in body ? String(body.query) : ''
}

describe('welcome', () => {
  it('says how to add a model when there is none', () => {
    const text = welcome(empty)
    expect(text).toContain('npx tributary model add path/to/model --id my-model')
    expect(text).not.toContain('curl')
  })

  it('says what to open and what to try with what there is', () => {
    const text = welcome({ ...empty, models: [stories], datasets: [{ slug: 'ioi', prompts: 841 }], results: 12_345 })
    expect(text).toContain('Open      http://127.0.0.1:4000\n')
    expect(text).toContain('Datasets  ioi (841 prompts)')
    expect(text).toContain('Stored    12,345 attributions')
    expect(text).toContain('npx tributary attribute --model stories --text "The capital of France is"')
    expect(text).toContain('npx tributary ingest --model stories --dataset ioi --by token')
    expect(text).not.toContain('DATABASE_URL')
  })

  it.each([stories, { slug: 'random', hasTokenizer: false }])('suggests a query that the schema allows: %j', (model) => {
    const query = queryOf(welcome({ ...empty, models: [model] }))
    expect(query).toContain(model.slug)
    expect(validate(buildSchema(printSchema()), parse(query))).toEqual([])
  })

  it('prefers a model that reads text', () => {
    const text = welcome({ ...empty, models: [{ slug: 'random', hasTokenizer: false }, stories] })
    expect(text).toContain('--model stories --text')
    expect(text).toContain('Models    random, stories')
  })

  it('says that keys are needed, and where they go, only where they are', () => {
    const [open, closed] = [null, 'Keys, please.'].map((keys) => welcome({ ...empty, keys, models: [stories] }))
    expect(closed).toContain('\nKeys, please.\n')
    expect(closed).toContain("-H 'x-api-key: KEY'")
    expect(open).not.toMatch(/key/i)
  })

  it('reminds of the database that other terminals need to be told of', () => {
    expect(welcome({ ...empty, local: false })).toContain('Commands in other terminals need the same DATABASE_URL.')
  })
})
