/** The other fields of a record come over GraphQL with every digit, in one statement for a page. */
import { expect, it } from 'vitest'
import { useGraphql } from './harness.ts'

const harness = useGraphql()

it('a number that JavaScript would change comes as a string, every other value as it is', async () => {
  const extra = '{"tweet_id": 1533947986218845197, "list": [9007199254740993, 0.1, "1533947986218845197"], "n": 1e2, "deep": {"null": null}}'
  await harness.database.$executeRawUnsafe('UPDATE prompt SET extra = $1::jsonb WHERE index = 0', extra)
  const { data, errors, sql } = await harness.run('{ dataset(slug: "capitals") { prompts(first: 2) { nodes { index extra } } } }')
  expect(errors).toEqual([])
  expect(data).toEqual({
    dataset: {
      prompts: {
        nodes: [
          { index: 0, extra: { tweet_id: '1533947986218845197', list: ['9007199254740993', 0.1, '1533947986218845197'], n: 100, deep: { null: null } } },
          { index: 1, extra: { relation: 'P36' } },
        ],
      },
    },
  })
  expect(sql).toHaveLength(2)
})
