/** The common JSON of graphs: valid by its schema, exact there and back, and read where others wrote it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterAll, describe, expect, it } from 'vitest'
import { computeGraph, graphEngine } from '../../src/graph/compute.ts'
import { cantor, graphDocument, readGraphDocument, unpair, type GraphFile } from '../../src/graph/document.ts'
import { prepareGraph } from '../../src/graph/prepare.ts'
import { randomModel, removeModels, tokensOf } from '../random-model.ts'
import { featureNodes, goldenSet, graphRequest, openGraphs } from './kit.ts'

afterAll(removeModels)

const schema: object = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/graph-schema.json'), 'utf8')) as object
// Its `$id` is no address, and it has keywords of its own for examples.
const validate = new Ajv({ strict: false }).compile({ ...schema, $id: undefined })

async function fileOf(dir: string, asked: Parameters<typeof graphRequest>[0], sets: Awaited<ReturnType<typeof goldenSet>>[] = []): Promise<GraphFile> {
  const attributor = await openGraphs(dir, sets)
  const request = graphRequest(asked)
  const result = await computeGraph(prepareGraph(request, attributor), graphEngine(attributor))
  return {
    maker: null, model: 'random', tokens: asked.tokenIds.map((id) => `t${id}`), prompt: 'a prompt', nodes: result.nodes, edges: result.edges,
    annotations: {
      pinned: [result.nodes[0]!.id], supernodes: [{ label: 'two', nodes: [result.nodes[0]!.id, result.nodes[1]!.id] }],
      labels: [{ node: result.nodes[1]!.id, text: 'my words' }],
    },
    settings: {
      nodeThreshold: request.nodeThreshold, edgeThreshold: request.edgeThreshold, features: null, replacement: result.replacement,
      completeness: result.completeness, completenessError: result.completenessError, edges: request.edges, engine: 'test', modelHash: 'a'.repeat(64),
      request, whole: result.whole, milliseconds: 12.5,
    },
  }
}

describe('the common JSON', () => {
  it('of features, errors and biases of two sets in one layer is valid, and exact there and back', async () => {
    const sets = await Promise.all(['blocks.1.hook_resid_pre', 'blocks.1.hook_attn_out', 'blocks.1.hook_mlp_out'].map((hook) => goldenSet('gpt2-random', hook)))
    const file = await fileOf(join(import.meta.dirname, '../fixtures/models/gpt2-random'), { tokenIds: [5, 9, 2, 7], nodes: featureNodes(sets) }, sets)
    const document = graphDocument(file)
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true)
    expect(new Set(document.nodes.map(({ node_id: id }) => id)).size).toBe(document.nodes.length)
    expect(readGraphDocument(JSON.parse(JSON.stringify(document)))).toEqual(file)
    for (const node of document.nodes) {
      if (node.tributary.kind === 'feature') expect(unpair(node.feature!)).toEqual({ layer: node.tributary.layer, index: node.tributary.index })
    }
  })

  it.each(['head', 'module'])('by %s is valid, and exact there and back', async (by) => {
    const file = await fileOf(randomModel('gemma2').dir, { tokenIds: tokensOf(2, 5), nodes: { by } })
    const document = graphDocument(file)
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true)
    expect(readGraphDocument(JSON.parse(JSON.stringify(document)))).toEqual(file)
  })

  it('of others is read by ids and types', () => {
    const document = {
      metadata: { slug: 'x', scan: 'gemma-2-2b', prompt_tokens: ['<bos>', 'Hi'], prompt: 'Hi', node_threshold: 0.8 },
      qParams: { pinnedIds: ['3_17_1'], supernodes: [['greeting', '3_17_1']] },
      nodes: [
        { node_id: 'E_42_1', feature: 1, layer: 'E', ctx_idx: 1, feature_type: 'embedding', jsNodeId: 'E_42-1', clerp: 'Emb: Hi' },
        { node_id: '0_3_1', feature: -1, layer: '3', ctx_idx: 1, feature_type: 'mlp reconstruction error', jsNodeId: '3_1-0', clerp: '' },
        { node_id: '3_17_1', feature: cantor(3, 17), layer: '3', ctx_idx: 1, feature_type: 'cross layer transcoder', jsNodeId: '3_17-0', clerp: 'hello', influence: 0.4, activation: 2.5 },
        { node_id: '27_99_1', feature: 99, layer: '27', ctx_idx: 1, feature_type: 'logit', jsNodeId: 'L_99-1', clerp: 'Output "there"', token_prob: 0.7 },
      ],
      links: [{ source: 'E_42_1', target: '3_17_1', weight: 3 }, { source: '0_3_1', target: '3_17_1', weight: -1 }, { source: '3_17_1', target: '27_99_1', weight: 2 }],
    }
    expect(validate(document)).toBe(true)
    const { nodes, edges, annotations } = readGraphDocument(document)
    expect(nodes.map(({ kind, layer, index, position }) => [kind, layer, index, position])).toEqual([
      ['token', null, 42, 1], ['error', 3, 3, 1], ['feature', 3, 17, 1], ['logit', 26, 99, 1],
    ])
    expect(nodes[3]!.probability).toBe(0.7)
    expect(edges).toEqual([{ from: 0, to: 2, weight: 3, share: 0.75 }, { from: 1, to: 2, weight: -1, share: 0.25 }, { from: 2, to: 3, weight: 2, share: 1 }])
    expect(annotations).toEqual({ pinned: ['3_17_1'], supernodes: [{ label: 'greeting', nodes: ['3_17_1'] }], labels: [] })
  })

  it.each([
    [{}, 'This is no attribution graph: metadata'],
    [{ metadata: { scan: 'm', prompt_tokens: [], prompt: '' }, qParams: {}, nodes: [], links: [{ source: 'a', target: 'b', weight: 1 }] }, 'A link of the graph names the node "a"'],
    [{ metadata: { scan: 'm', prompt_tokens: [], prompt: '' }, qParams: {}, nodes: [], links: [{ source: 'a', target: 'b', weight: 'x' }] }, 'links.0.weight'],
  ])('%j is refused with a sentence', (value, message) => {
    expect(() => readGraphDocument(value)).toThrow(message)
  })
})

it('Cantor numbers are unique, exact, and go back', () => {
  const seen = new Set<number>()
  for (let layer = 0; layer < 40; layer++) {
    for (const index of [0, 1, 2, 17, 16_383, 131_071, 1_048_575, 50_000_000]) {
      const paired = cantor(layer, index)
      seen.add(paired)
      expect(unpair(paired)).toEqual({ layer, index })
    }
  }
  expect(seen.size).toBe(320)
  expect(cantor(1, 2)).toBe(8)
  expect(() => cantor(0, 200_000_000)).toThrow('has no number that JSON holds exactly')
})
