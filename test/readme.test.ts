/** The README's examples are part of the product: GraphQL fits the schema, SQL runs on a fresh database. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { families } from '../src/model/architectures/families.ts'
import { useDatabase } from './database.ts'

const root = path.join(import.meta.dirname, '..')
const readme = readFileSync(path.join(root, 'README.md'), 'utf8')
const blocks = (language: string, text = readme) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, body]) => body!)

describe('README', () => {
  const database = useDatabase()

  it.each(blocks('graphql').map((text, n) => [n + 1, text]))('GraphQL example %i fits the schema', (_, text) => {
    const schema = buildSchema(readFileSync(path.join(root, 'schema/schema.graphql'), 'utf8'))
    expect(validate(schema, parse(String(text))).map(({ message }) => message)).toEqual([])
  })

  it.each(Object.values(families).map(({ title }) => title))('names the models that can be computed: %s', (title) => {
    expect(readme.replaceAll('\n', ' ')).toContain(title)
  })

  it.each(['README.md', 'docs/features.md'])('SQL examples of %s run', async (name) => {
    const examples = blocks('sql', readFileSync(path.join(root, name), 'utf8'))
    expect(examples.length).toBeGreaterThan(1)
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      for (const sql of examples) await client.query(sql)
    } finally {
      await client.end()
    }
  })
})
