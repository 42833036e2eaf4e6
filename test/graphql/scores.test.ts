/** Numbers over whole attributions: every score at once, and components over many attributions. */
import { describe, expect, it } from 'vitest'
import { useGraphql } from './harness.ts'
import { keyOf, TOKEN_SCORES } from './seed.ts'

const harness = useGraphql()

const float32 = (values: number[]) => new Uint8Array(new Float32Array(values).buffer)

describe('scores', () => {
  it('come from the rows where every component has one', async () => {
    const { data, errors } = await harness.run('{ attributions { nodes { partitionKind scores } } }')
    expect(errors).toEqual([])
    expect(data).toEqual({
      attributions: {
        nodes: Array.from({ length: 3 }, () => [
          { partitionKind: 'HEAD', scores: [1.5, -0.5, 0.25, 2] },
          { partitionKind: 'TOKEN', scores: TOKEN_SCORES },
        ]).flat(),
      },
    })
  })

  it('come from the vector where not every component has one', async () => {
    const hash = '7'.repeat(64)
    const all = [0.5, -0.75, 0.25, 3, 1, 0.125]
    await harness.database.vector.create({ data: { hash, width: all.length, data: float32(all) } })
    const where = { key: keyOf(0, 'token') }
    await harness.database.result.update({ where, data: { scoresVectorHash: hash } })
    const { data, errors } = await harness.run('query ($id: ID!) { node(id: $id) { ... on Attribution { scores } } }', {
      variables: { id: Buffer.from(`Attribution:${where.key}`).toString('base64') },
    })
    await harness.database.result.update({ where, data: { scoresVectorHash: null } })
    expect(errors).toEqual([])
    expect(data).toEqual({ node: { scores: all } })
  })
})

describe("a model's components", () => {
  const components = async (args: string) => {
    const { data, errors } = await harness.run(`{ model(slug: "tiny") { components(${args}) { label attributions meanScore } } }`)
    expect(errors).toEqual([])
    return data
  }

  it('are ranked by what they contributed', async () => {
    expect(await components('kind: HEAD')).toEqual({
      model: {
        components: [
          { label: 'L1.H1', attributions: 3, meanScore: 2 },
          { label: 'L0.H0', attributions: 3, meanScore: 1.5 },
          { label: 'L0.H1', attributions: 3, meanScore: -0.5 },
          { label: 'L1.H0', attributions: 3, meanScore: 0.25 },
        ],
      },
    })
  })

  it('can be ranked with their signs, from the other end, over a part of the attributions', async () => {
    const args = 'kind: HEAD, by: MEAN_SCORE, direction: ASC, first: 1, where: { targetText: " Rome" }'
    expect(await components(args)).toEqual({ model: { components: [{ label: 'L0.H1', attributions: 1, meanScore: -0.5 }] } })
  })

  it('are none where nothing is stored', async () => {
    expect(await components('kind: NEURON')).toEqual({ model: { components: [] } })
    expect(await components('kind: HEAD, where: { dataset: "other" }')).toEqual({ model: { components: [] } })
  })

  it('are refused beyond a thousand', async () => {
    const { errors } = await harness.run('{ model(slug: "tiny") { components(kind: HEAD, first: 1001) { label } } }')
    expect(errors[0]?.original).toMatchObject({ code: 'TOO_LARGE', message: '1001 components were asked for; it can be 1 to 1000.' })
  })
})

describe('effects of a component', () => {
  const effects = async (args: string) => {
    const query = `{ model(slug: "tiny") { componentEffects(${args}) { score attribution { partitionKind target { text } prompts { text } } } } }`
    const { data, errors, sql } = await harness.run(query)
    expect(errors).toEqual([])
    return { sql, found: (data as { model: { componentEffects: { score: number; attribution: { partitionKind: string; prompts: { text: string }[] } }[] } }).model.componentEffects }
  }

  it('are the attributions in which it did most, for or against, with their prompts', async () => {
    await harness.database.contribution.updateMany({ where: { layer: 0, componentIndex: 1, resultId: harness.resultIds[3]! }, data: { score: -9 } })
    const { found, sql } = await effects('kind: HEAD, layer: 0, index: 1')
    expect(found.map(({ score, attribution: { prompts } }) => [score, prompts[0]!.text])).toEqual([
      [-9, 'The capital of Italy is'], [-0.5, 'The capital of Spain is'], [-0.5, 'The capital of France is'],
    ])
    const few = await effects('kind: HEAD, layer: 0, index: 1, first: 1')
    // As many statements for a page of one as for a page of three.
    expect([few.found.length, few.sql.length]).toEqual([1, sql.length])
    await harness.database.contribution.updateMany({ where: { layer: 0, componentIndex: 1, resultId: harness.resultIds[3]! }, data: { score: -0.5 } })
  })

  it('are of the attributions that the filter lets through, and none where nothing is stored', async () => {
    expect((await effects('kind: HEAD, layer: 1, index: 1, where: { targetText: " Rome" }')).found.map(({ score }) => score)).toEqual([2])
    expect((await effects('kind: HEAD, layer: 1, index: 7')).found).toEqual([])
    expect((await effects('kind: HEAD, layer: 99999, index: 1')).found).toEqual([])
  })

  it('are refused beyond a hundred', async () => {
    const { errors } = await harness.run('{ model(slug: "tiny") { componentEffects(kind: HEAD, layer: 0, first: 101) { score } } }')
    expect(errors[0]?.original).toMatchObject({ code: 'TOO_LARGE', message: '101 effects were asked for; it can be 1 to 100.' })
  })
})
