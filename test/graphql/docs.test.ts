/** Queries in the documentation fit the schema. (Those in `schema/examples` are run, too: examples.test.ts.) */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApolloServerErrorCode } from '@apollo/server/errors'
import { parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import { userErrorCodes } from '../../src/errors.ts'

const root = join(import.meta.dirname, '../..')
const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
const queries = documents
  .filter((name) => name.endsWith('.md') && existsSync(join(root, name)))
  .flatMap((name) =>
    [...readFileSync(join(root, name), 'utf8').matchAll(/```graphql\n([^]*?)```/g)].map(([, query]) => [name, String(query)] as const),
  )

describe('a query in the documentation', () => {
  it.each(queries)('%s: %s', (_name, query) => {
    expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([])
  })

  it('was found at all', () => {
    expect(queries.length).toBeGreaterThan(0)
  })
})

it('docs/graphql.md names every code that an error can have', () => {
  const docs = readFileSync(join(root, 'docs/graphql.md'), 'utf8')
  // BAD_USER_INPUT is told as BAD_INPUT.
  const others = Object.values(ApolloServerErrorCode).filter((code) => code !== ApolloServerErrorCode.BAD_USER_INPUT)
  expect([...userErrorCodes, ...others].filter((code) => !docs.includes(`\`${code}\``))).toEqual([])
})
