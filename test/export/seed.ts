/** Features and graphs in the small world of the GraphQL tests, for exports of them. */
import { saveGraphs } from '../../src/store/graphs.ts'
import { tokenNamespace } from '../../src/store/sequences.ts'
import type { Store } from '../../src/store/store.ts'
import { seedFeatures } from '../graphql/feature-seed.ts'
import { seed } from '../graphql/seed.ts'

export const GRAPH_KEYS = ['1', '2'].map((digit) => digit.repeat(64))

const node = (id: string, kind: 'token' | 'head' | 'logit', layer: number | null, index: number, position: number, label: string, influence: number) => ({
  id, kind, source: null, layer, index, position, label, influence, cumulative: 0.5, value: kind === 'token' ? null : 3, constant: 0,
  activation: null, probability: kind === 'logit' ? 0.75 : null,
})

/** Two graphs of the first prompt, one of which has labels that CSV must quote. */
export async function seedFeaturesAndGraphs(store: Store): Promise<{ setId: number; sweepId: number }> {
  const { modelId } = await seed(store.prisma)
  const features = await seedFeatures(store.prisma, modelId)
  const model = await store.prisma.model.findUniqueOrThrow({ where: { id: modelId } })
  const sequence = await store.prisma.sequence.findFirstOrThrow({ include: { tokens: { orderBy: { index: 'asc' } } }, orderBy: { id: 'asc' } })
  const tokens = sequence.tokens.map(({ tokenId: id, text, start, end }) => ({ id, text, start, end }))
  await saveGraphs(store, {
    model, engine: 'onnx-cpu-float32',
    items: GRAPH_KEYS.map((key, g) => ({
      key,
      sequence: { tokenizerHash: tokenNamespace(model), tokens, text: sequence.text },
      request: {
        tokenIds: tokens.map(({ id }) => id), position: 4, nodes: { by: 'head' }, edges: 'direct', logits: { mass: 0.95, most: 10 },
        nodeThreshold: 0.8, edgeThreshold: 0.98, maxNodes: 500, rule: 'softmax', temperature: 0.1, excludeFirst: false,
      },
      result: {
        nodes: [
          node(`E_7_3`, 'token', null, 7, 3, g === 0 ? ' France' : ' "a", b\n', 0.25),
          node('0_h1_4', 'head', 0, 1, 4, 'L0.H1@4', 0.5),
          node('3_300_4', 'logit', 2, 300, 4, ' Paris', 1),
        ],
        edges: [{ from: 0, to: 1, weight: 1.5, share: 1 }, { from: 1, to: 2, weight: -2.25, share: 0.75 }, { from: 0, to: 2, weight: 0.75, share: 0.25 }],
        whole: { nodes: 20, edges: 100 }, replacement: 0.9, completeness: 0.8, completenessError: 1e-7, milliseconds: 3,
      },
    })),
  })
  return features
}
