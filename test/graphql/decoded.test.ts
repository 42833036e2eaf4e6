/** What components are called, and what they say when decoded on their own. */
import { expect, it } from 'vitest'
import type { Outcome } from '../../schema/ports.ts'
import { fakeAttributions } from './fake-ports.ts'
import { useGraphql } from './harness.ts'
import { keyOf } from './seed.ts'

const harness = useGraphql()
const stored: Outcome = { state: 'stored', key: keyOf(0, 'token') }

it('reaches whoever computes', async () => {
  const attributions = fakeAttributions(() => stored)
  const source = '{ attribute(input: { model: "tiny", text: "a", partition: { token: {} }, decode: 3 }) { key } }'
  await harness.run(source, { ports: { attributions } })
  expect(attributions.questions[0]?.question).toMatchObject({ decode: 3 })
})

const DECODED = '{ attributions(where: { partition: TOKEN }, first: 1) { nodes { decoded { component { label } tokens { tokenId text logit } } } } }'

it('is null where it was not asked for', async () => {
  const { data } = await harness.run(DECODED)
  expect(data).toEqual({ attributions: { nodes: [{ decoded: null }] } })
})

it('names components as contributions do', async () => {
  // The newest by token.
  const id = harness.resultIds[4] ?? 0n
  const tokens = [{ id: 9, text: ' Madrid', logit: 2.5 }]
  const decoded = [{ kind: 'token', index: 1, layer: null, tokens }, { kind: 'bias', index: 0, layer: null, tokens: [] }]
  await harness.database.result.update({ where: { id }, data: { decoded } })
  const { data, errors } = await harness.run(DECODED)
  expect(errors).toEqual([])
  expect(data).toEqual({
    attributions: {
      nodes: [
        {
          decoded: [
            { component: { label: ' capital' }, tokens: [{ tokenId: 9, text: ' Madrid', logit: 2.5 }] },
            { component: { label: 'BIAS' }, tokens: [] },
          ],
        },
      ],
    },
  })
})

it('calls groups by their words, with an ellipsis where positions are left out', async () => {
  const id = harness.resultIds[0] ?? 0n
  const partition = { by: 'group', layer: 0, groups: [[0, 3], [1, 2], [4]] }
  await harness.database.result.update({ where: { id }, data: { partition, partitionKind: 'group' } })
  await harness.database.contribution.deleteMany({ where: { resultId: id } })
  await harness.database.contribution.createMany({
    data: [0, 1, 2].map((index) => ({
      resultId: id, modelId: harness.modelId, ordinal: index, kind: 'group' as const, componentIndex: index, layer: null, score: 1,
    })),
  })
  const { data, errors } = await harness.run('{ attributions(where: { partition: GROUP }) { nodes { contributions { nodes { component { label } } } } } }')
  expect(errors).toEqual([])
  const labels = ['The … France', 'capital of', 'is'].map((label) => ({ component: { label } }))
  expect(data).toEqual({ attributions: { nodes: [{ contributions: { nodes: labels } }] } })
})
