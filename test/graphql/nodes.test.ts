/** Global ids: what a list gives out, `node` finds again. */
import { describe, expect, it } from 'vitest'
import { noPorts, useGraphql } from './harness.ts'

const harness = useGraphql()

const EVERYTHING = `{
  models { nodes { id } }
  datasets { nodes { id prompts { nodes { id } } } }
  attributions { nodes { id sequence { id } } }
  runs { nodes { id } }
}`

const idsIn = (data: unknown) => [...JSON.stringify(data).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => String(id))
const typeOf = (id: string) => Buffer.from(id, 'base64').toString().split(':')[0]

describe('global ids', () => {
  it('lead back to their objects, in the order asked', async () => {
    const { data } = await harness.run(EVERYTHING)
    const ids = [...new Set(idsIn(data))]
    expect(new Set(ids.map(typeOf))).toEqual(new Set(['Model', 'Dataset', 'Prompt', 'Attribution', 'Sequence', 'Run']))
    const again = await harness.run('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { variables: { ids } })
    expect(again.errors).toEqual([])
    expect(again.data).toEqual({ nodes: ids.map((id) => ({ __typename: typeOf(id), id })) })
  })

  it('of one type are fetched together', async () => {
    const { data } = await harness.run('{ attributions { nodes { id } } }')
    const ids = idsIn(data)
    expect(ids.length).toBe(6)
    const { sql } = await harness.run('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Attribution { engine } } }', {
      variables: { ids },
    })
    expect(sql).toHaveLength(1)
  })

  it('of nothing give null', async () => {
    const gone = Buffer.from(`Attribution:${'9'.repeat(64)}`).toString('base64')
    const { data, errors } = await harness.run('query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }', {
      variables: { id: gone },
    })
    expect(errors).toEqual([])
    expect(data).toEqual({ node: null, nodes: [null] })
  })

  it('of a job that is gone give null', async () => {
    const id = Buffer.from('Job:nowhere').toString('base64')
    const jobs = { ...noPorts.jobs, find: async () => [null] }
    const { data, errors } = await harness.run('query ($id: ID!) { node(id: $id) { id } }', { variables: { id }, ports: { jobs } })
    expect(errors).toEqual([])
    expect(data).toEqual({ node: null })
  })

  it.each(['nonsense', Buffer.from('Nothing:1').toString('base64'), Buffer.from('Prompt:x').toString('base64')])(
    'that are none are refused: %s',
    async (id) => {
      const { data, errors } = await harness.run('query ($id: ID!) { node(id: $id) { id } }', { variables: { id } })
      expect(data).toEqual({ node: null })
      expect(errors).toHaveLength(1)
      expect(errors[0]?.message).not.toMatch(/prisma/i)
    },
  )
})
