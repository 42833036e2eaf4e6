/** Probes by name as the basis of a split and as a direction. */
import { beforeAll, expect, it } from 'vitest'
import type { AttributionQuestion } from '../../src/attribution/resolve.ts'
import { fakeAttributions } from './fake-ports.ts'
import { useGraphql } from './harness.ts'

const graphql = useGraphql()
const bytes = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer)

beforeAll(async () => {
  const dataset = await graphql.database.dataset.findFirstOrThrow()
  const shared = { modelId: graphql.modelId, accuracy: 0.9, tested: 10, trained: 20, trainDatasetId: dataset.id, testDatasetId: dataset.id }
  for (const [name, layer, rows] of [['languages/1', 1, 3], ['truth/0', 0, 1]] as const) {
    const weightsHash = String(layer).repeat(64)
    await graphql.database.vector.create({ data: { hash: weightsHash, rows, width: 2, data: bytes(Array.from({ length: 2 * rows }, (_, i) => i + layer / 4)) } })
    await graphql.database.probe.create({
      data: { ...shared, name, layer, hash: weightsHash, weightsHash, engine: `onnx-${layer}`, labels: ['a', 'b'], intercepts: Array<number>(rows).fill(0) },
    })
  }
})

/** What reaches the attributor, or the sentence of the refusal. */
async function asked(input: string): Promise<AttributionQuestion | string> {
  const attributions = fakeAttributions(() => {
    throw new Error('far enough')
  })
  const { errors } = await graphql.run(`{ attribute(input: { model: "tiny", text: "a", ${input} }) { key } }`, { ports: { attributions } })
  return attributions.questions[0]?.question ?? String(errors?.[0]?.message)
}

it('a probe spans the subspace, at its own layer where none is given', async () => {
  const basis = [[0.25, 1.25], [2.25, 3.25], [4.25, 5.25]]
  expect(await asked('partition: { subspace: { probe: "languages/1" } }')).toMatchObject({ by: 'subspace', layer: 1, basis })
  expect(await asked('partition: { subspace: { probe: "languages/1", layer: 0 } }')).toMatchObject({ layer: 0, basis })
})

it('a probe of two classes is a direction', async () => {
  expect(await asked('partition: { token: {} }, target: { direction: { probe: "truth/0" } }')).toMatchObject({ direction: { layer: 0, vector: [0, 1] } })
})

it.each([
  ['partition: { subspace: { probe: "none/1" } }', 'The model has no probe "none/1".'],
  ['partition: { subspace: { layer: 1 } }', 'spanned by `basis` or by a `probe`; give one of them'],
  ['partition: { subspace: { probe: "truth/0", basis: [[1, 0]] } }', 'give one of them'],
  ['partition: { token: {} }, target: { direction: { probe: "languages/1" } }', 'has 3 directions, one for each class'],
  ['partition: { token: {} }, target: { direction: { vector: [1, 0] } }', 'give `layer`'],
])('%s is refused in a sentence', async (input, sentence) => {
  expect(await asked(input)).toContain(sentence)
})
