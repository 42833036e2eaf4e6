/** The SQL that typical queries issue. A field that reads once per row shows here as one statement more per row. */
import { describe, expect, it } from 'vitest'
import { useGraphql } from './harness.ts'

const harness = useGraphql()

const queries: Record<string, string> = {
  'a page of attributions with the tokens that weigh most': `{
    attributions(first: 3) {
      nodes {
        target { text value }
        sequence { text }
        contributions(first: 2, orderBy: { by: MAGNITUDE, direction: DESC }) { nodes { score component { label } } }
      }
    }
  }`,
  'prompts of a dataset with tokens and attributions': `{
    dataset(slug: "capitals") {
      prompts(first: 2) {
        nodes {
          text
          tokenizations { sequence { tokens { text } } }
          attributions(where: { partition: TOKEN }) { target { text } contributions(first: 2) { nodes { score } } }
        }
      }
    }
  }`,
  'a filtered page of contributions with its count': `{
    attributions(first: 2, where: { partition: TOKEN }) {
      nodes {
        contributions(first: 2, orderBy: { by: SCORE, direction: DESC }, where: { minMagnitude: 0.5, kinds: [TOKEN] }) {
          totalCount
          nodes { score component { ... on TokenComponent { token { text start } } } }
        }
      }
    }
  }`,
  'runs with progress and failures': `{
    runs {
      totalCount
      nodes {
        status
        progress { done failed }
        items(first: 2, status: FAILED) { totalCount nodes { error prompt { text } attribution { key } } }
      }
    }
  }`,
  'which heads matter most in a dataset': `{
    model(slug: "tiny") {
      components(kind: HEAD, where: { dataset: "capitals" }, first: 2) { label attributions meanScore meanMagnitude }
    }
  }`,
  'all scores of a page of attributions': `{ attributions(first: 4) { nodes { scores } } }`,
  'models with their newest attributions': `{
    models { nodes { slug attributions(first: 2) { totalCount nodes { completenessError } } } }
  }`,
}

describe('SQL', () => {
  it.each(Object.entries(queries))('of %s', async (_name, query) => {
    const { errors, sql } = await harness.run(query)
    expect(errors).toEqual([])
    // Statements of one tick may start in any order.
    expect([...sql].sort().join('\n\n')).toMatchSnapshot()
  })

  it('has as many statements for many rows as for one', async () => {
    const query = (first: number) => `{
      attributions(first: ${first}) { nodes {
        model { slug } sequence { tokens { text } } partition { kind }
        contributions(first: 4) { totalCount nodes { component { label ... on TokenComponent { token { text } } } } }
      } }
    }`
    const one = await harness.run(query(1))
    const many = await harness.run(query(6))
    expect(one.errors).toEqual([])
    // One more at most: heads need no tokens for their labels, and the first attribution is of heads.
    expect(many.sql.length).toBeLessThanOrEqual(one.sql.length + 1)
    // The attributions with what belongs to them, their contributions, the contributions' tokens.
    expect(many.sql.length).toBeLessThanOrEqual(3)
  })

  it('reads tokens once, and never again for the same database', async () => {
    const query = `{ attributions(first: 3, where: { partition: TOKEN }) { nodes { contributions { nodes { component { label } } } } } }`
    const first = await harness.run(query, { database: 'kept' })
    const second = await harness.run(query, { database: 'kept' })
    expect(first.sql.filter((statement) => statement.includes('sequence_token'))).toHaveLength(1)
    expect(second.sql.filter((statement) => statement.includes('sequence_token'))).toHaveLength(0)
    expect(second.data).toEqual(first.data)
  })

  it('cuts the next page inside the join', async () => {
    const first = await harness.run(`{ dataset(slug: "capitals") { prompts(first: 1) { pageInfo { endCursor } } } }`)
    const cursor = String(JSON.stringify(first.data).match(/"endCursor":"([^"]+)"/)?.[1])
    const next = await harness.run(
      `query ($after: String) { dataset(slug: "capitals") { prompts(first: 1, after: $after) { nodes { text } } } }`,
      { variables: { after: cursor } },
    )
    expect(next.data).toEqual({ dataset: { prompts: { nodes: [{ text: 'The capital of Italy is' }] } } })
    expect(next.sql).toHaveLength(1)
    expect(next.sql[0]).toMatch(/index > \?[^]*ORDER BY t3.index ASC[^]*LIMIT \?/)
  })
})
