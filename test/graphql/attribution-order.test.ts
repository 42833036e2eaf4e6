/** Stored attributions filtered and ordered by their numbers, and by whether the model is right. */
import { expect, it } from 'vitest'
import { useGraphql } from './harness.ts'

const harness = useGraphql()

interface Node {
  prediction: { text: string; correct: boolean | null; expected: { text: string; rank: number; probability: number } | null } | null
  partitionKind: string
}

async function list(args: string): Promise<{ totalCount: number; nodes: Node[]; pageInfo: { endCursor: string; hasNextPage: boolean } }> {
  const { data, errors } = await harness.run(`{ attributions(${args}) {
    totalCount pageInfo { endCursor hasNextPage }
    nodes { partitionKind prediction { text correct expected { text rank probability } } }
  } }`)
  expect(errors).toEqual([])
  return (data as { attributions: Awaited<ReturnType<typeof list>> }).attributions
}

it('by whether the model is right: right, wrong, and not known are told apart', async () => {
  const right = await list('where: { correct: true, partition: TOKEN }')
  expect(right.nodes).toEqual([
    { partitionKind: 'TOKEN', prediction: { text: ' Paris', correct: true, expected: { text: ' Paris', rank: 1, probability: 0.5 } } },
  ])
  const wrong = await list('where: { correct: false, partition: TOKEN }')
  expect(wrong.nodes).toMatchObject([{ prediction: { text: ' Milan', correct: false, expected: { text: ' Rome', rank: 3 } } }])
  expect((await list('where: { partition: TOKEN }')).totalCount).toBe(3)
  expect((await list('where: { partition: TOKEN, maxExpectedRank: 3 }')).totalCount).toBe(2)
  expect((await list('where: { partition: TOKEN, maxExpectedRank: 3, correct: false }')).totalCount).toBe(1)
  expect((await list('where: { partition: TOKEN, predictedText: " Milan" }')).totalCount).toBe(1)
  expect((await list('where: { maxExpectedProbability: 0.2 }')).totalCount).toBe(2)
  expect((await list('where: { minCompletenessError: 0.5 }')).totalCount).toBe(0)
  expect((await list('where: { minValue: 4, maxValue: 4, minProbability: 0.5 }')).totalCount).toBe(6)
})

it('in the order of a number that not all have: those that lack it are left out, and pages are the whole', async () => {
  const all = await list('orderBy: { by: EXPECTED_PROBABILITY, direction: ASC }')
  expect(all.nodes.map(({ prediction }) => prediction?.expected?.probability)).toEqual([0.1, 0.1, 0.5, 0.5])
  expect(all.totalCount).toBe(4)
  const first = await list('first: 3, orderBy: { by: EXPECTED_PROBABILITY, direction: DESC }')
  expect(first.pageInfo.hasNextPage).toBe(true)
  const rest = await list(`first: 3, after: "${first.pageInfo.endCursor}", orderBy: { by: EXPECTED_PROBABILITY, direction: DESC }`)
  expect([...first.nodes, ...rest.nodes].map(({ prediction }) => prediction?.expected?.probability)).toEqual([0.5, 0.5, 0.1, 0.1])
  expect(rest.pageInfo.hasNextPage).toBe(false)
})

it('below a model, too', async () => {
  const { data, errors } = await harness.run(`{ model(slug: "tiny") {
    attributions(first: 3, where: { run: "1" }, orderBy: { by: EXPECTED_RANK, direction: DESC }) {
      totalCount nodes { prediction { expected { rank } } } pageInfo { hasNextPage endCursor }
    }
  } }`)
  expect(errors).toEqual([])
  expect(data).toMatchObject({
    model: { attributions: { totalCount: 2, nodes: [{ prediction: { expected: { rank: 3 } } }, { prediction: { expected: { rank: 1 } } }] } },
  })
})

it('what names no run is refused in a sentence', async () => {
  const { errors } = await harness.run('{ attributions(where: { run: "none" }) { totalCount } }')
  expect(errors).toMatchObject([{ message: 'attributions(where).run is "none"; expected a number from 1, or a global id, which an `id` field has.' }])
  const model = Buffer.from('Model:1').toString('base64')
  const { errors: others } = await harness.run(`{ attributions(where: { run: "${model}" }) { totalCount } }`)
  expect(others).toMatchObject([{ message: `"${model}" names no run; expected the global id of a run, or its number.` }])
})
