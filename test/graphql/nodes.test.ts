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

  it('that are none are refused one by one', async () => {
    const ids = ['nonsense', Buffer.from('Attribution:').toString('base64'), Buffer.from(`Attribution:${'9'.repeat(64)}`).toString('base64')]
    const known = await harness.run('{ datasets(first: 1) { nodes { id } } }')
    const [good] = (known.data as { datasets: { nodes: { id: string }[] } }).datasets.nodes
    const { data, errors } = await harness.run('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { variables: { ids: [...ids, good!.id] } })
    expect(data).toEqual({ nodes: [null, null, null, good] })
    expect(errors.map(({ message }) => message)).toEqual([
      'nodes(ids)[0] is "nonsense", which is no global id; take one from an `id` field.',
      'nodes(ids)[1] is "QXR0cmlidXRpb246", which is no global id; take one from an `id` field.',
    ])
    const alone = await harness.run('query ($id: ID!) { node(id: $id) { id } }', { variables: { id: ids[1]! } })
    expect(alone.errors[0]?.message).toBe('node(id) is "QXR0cmlidXRpb246", which is no global id; take one from an `id` field.')
  })

  it('of runs may be numbers, and the refusal says so', async () => {
    const { errors } = await harness.run('{ run(id: "-1") { id } }')
    expect(errors[0]?.message).toBe('run(id) is "-1"; expected a number from 1, or a global id, which an `id` field has.')
  })

  it.each([
    ['attributions(where: { model: "nope" })', 'There is no model "nope" here; `models` lists those there are.'],
    ['attributions(where: { dataset: "nope" })', 'There is no dataset "nope" here; `datasets` lists those there are.'],
    ['attributions(where: { run: "99" })', 'There is no run "99"; runs lists those there are.'],
    ['interventions(where: { model: "nope" })', 'There is no model "nope" here; `models` lists those there are.'],
    ['attributionGraphs(where: { model: "nope" })', 'There is no model "nope" here; `models` lists those there are.'],
    ['probes(model: "nope")', 'There is no model "nope" here; `models` lists those there are.'],
    ['featureSets(model: "nope")', 'There is no model "nope" here; `models` lists those there are.'],
    ['prompts(containing: "a", dataset: "nope")', 'There is no dataset "nope" here; `datasets` lists those there are.'],
  ])('a list of what is not here is refused: %s', async (field, message) => {
    for (const asked of ['totalCount', 'nodes { __typename }']) {
      const { errors } = await harness.run(`{ ${field} { ${asked} } }`)
      expect(errors.map((error) => error.message)).toEqual([message])
    }
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
