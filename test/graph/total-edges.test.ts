/** Total edges of module graphs: every run closes; by all ways they are what attributions and float64 sums over ways say. */
import { afterAll, describe, expect, it } from 'vitest'
import { attributeRequests } from '../../src/attribution/attributor.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { attributionRequestSchema } from '../../src/attribution/request.ts'
import { hasIncoming, type WholeGraph } from '../../src/graph/node.ts'
import { plainModel } from '../invariants/plain-architectures.ts'
import { randomModel, removeModels, sizes, structuralNames, tokensOf, variantNames, type VariantName } from '../random-model.ts'
import { denseGraph } from './dense-paths.ts'
import { edgesInto, openGraphs, whole } from './kit.ts'

afterAll(removeModels)

/** Terms cancel, so sums close relative to the largest of them. */
const CLOSES = 1e-5
/** A linear rule divides by pre-activations, of which some are nearly 0. */
const LINEAR = 1e-3

describe.each(variantNames)('the total edges of the module graph of %s', (name) => {
  it.each(['head', 'module'] as const)('by %s: the edges of every run sum to the value', async (by) => {
    const N = 5
    const attributor = await openGraphs(randomModel(name).dir)
    const { nodes, incoming, completenessError } = await whole(attributor, { tokenIds: tokensOf(4, N), nodes: { by }, edges: 'total' })
    expect(completenessError).toBeLessThan(CLOSES)
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length)
    // The tokens, and each sublayer before it.
    expect(incoming.at(-1)!.runs).toHaveLength(1 + 2 * sizes.L)
    expect(nodes.filter(({ kind }) => kind === 'stream')).toHaveLength(2 * sizes.L)
    for (const [n, { kind, value }] of nodes.entries()) {
      expect(incoming[n] !== null).toBe(hasIncoming(kind))
      const { from, weight, runs } = incoming[n] ?? { from: [], weight: [], runs: [] }
      for (const each of from) expect(each).toBeLessThan(n)
      runs.forEach((begin, r) => {
        const run = [...weight].slice(begin, runs[r + 1] ?? weight.length)
        const sum = run.reduce((a, b) => a + b, 0)
        expect(Math.abs(sum - value!)).toBeLessThan(CLOSES * Math.max(value!, ...run.map(Math.abs)))
      })
    }
  })
})

it.each(structuralNames)('with weights as they are stored, in which products are fused otherwise, total edges of %s close and are the same', async (name) => {
  const { dir } = randomModel(name)
  const asked = { tokenIds: tokensOf(4, 4), nodes: { by: 'module' }, edges: 'total', logits: { tokenIds: [7] } }
  const [folded, stored] = [await openGraphs(dir), await openGraphs(dir, [], { foldingPaysAfter: Infinity })]
  const [expected, found] = [await whole(folded, asked), await whole(stored, asked)]
  expect(found.completenessError).toBeLessThan(CLOSES)
  const [a, b] = [expected, found].map(({ incoming }) => incoming.at(-1)!)
  const largest = Math.max(...a!.weight.map(Math.abs))
  a!.weight.forEach((weight, e) => expect(Math.abs(weight - b!.weight[e]!)).toBeLessThan(CLOSES * largest))
})

/** [tokens] or heads: the scores of an attribution of the last position's logit. */
async function scoresOf(attributor: Attributor, tokenIds: readonly number[], partition: object, excludeFirst = false) {
  const asked = { tokenIds, position: tokenIds.length - 1, target: { type: 'logit', tokenId: 7 }, mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst }
  const [result] = await attributeRequests(attributor, [attributionRequestSchema.parse({ ...asked, partition })])
  return result!.contributions
}
const weightsInto = (graph: WholeGraph, id: string) => new Map(edgesInto(graph, id).map(({ from, weight }) => [from, weight]))

describe.each(structuralNames)('with total edges, the logit of %s', (name) => {
  it.each([false, true])('has of the tokens what an attribution by token says (first one excluded: %s)', async (excludeFirst) => {
    const tokenIds = tokensOf(5, 5)
    const attributor = await openGraphs(randomModel(name).dir)
    const graph = await whole(attributor, { tokenIds, nodes: { by: 'module' }, edges: 'total', logits: { tokenIds: [7] }, excludeFirst })
    const into = weightsInto(graph, `${sizes.L + 1}_7_4`)
    const scores = await scoresOf(attributor, tokenIds, { by: 'token', layer: 0 }, excludeFirst)
    const largest = Math.max(...scores.map(({ score }) => Math.abs(score)))
    for (const { component: { kind, index }, score } of scores) {
      const id = kind === 'bias' ? 'bias' : `E_${tokenIds[index]}_${index}`
      expect(Math.abs((into.get(id) ?? 0) - score)).toBeLessThan(CLOSES * largest)
    }
  })

  it('has of the heads of the last layer what an attribution by head says, and of the stream around them the rest', async () => {
    const tokenIds = tokensOf(6, 4)
    const layer = sizes.L - 1
    const attributor = await openGraphs(randomModel(name).dir)
    const graph = await whole(attributor, { tokenIds, nodes: { by: 'head' }, edges: 'total', logits: { tokenIds: [7] } })
    const into = weightsInto(graph, `${sizes.L + 1}_7_3`)
    const scores = await scoresOf(attributor, tokenIds, { by: 'head', layer })
    const largest = Math.max(...scores.map(({ score }) => Math.abs(score)))
    const ids = { residual: `${layer}_attention_stream`, bias: `${layer}_attention_bias` }
    for (const { component: { kind, index }, score } of scores) {
      const id = kind === 'residual' || kind === 'bias' ? ids[kind] : `${layer}_h${index}_3`
      expect(Math.abs((into.get(id) ?? 0) - score), id).toBeLessThan(CLOSES * largest)
    }
  })
})

const dense: VariantName[] = ['llama 2', 'llama with biases', 'gpt2', 'gpt_neox', 'gemma2', 'olmo2 with biases', 'cohere', 'qwen3 with experts', 'gpt_oss']

describe.each(dense)('under a rule that is linear, the edges of %s', (name) => {
  it.each(['head', 'module'] as const)('by %s: total ones are the sum over all ways of products of direct ones, (I − B)⁻¹ in float64', async (by) => {
    const tokenIds = tokensOf(3, 3)
    const { dir, config, tensors } = randomModel(name)
    const attributor = await openGraphs(dir)
    const expected = denseGraph(plainModel(config, tensors), tokenIds, by)
    for (const edges of ['direct', 'total'] as const) {
      const graph = await whole(attributor, { tokenIds, nodes: { by }, edges, logits: { tokenIds: [7] }, rule: 'linear-weighted' })
      const check = (id: string, weights: readonly number[]) => {
        const into = weightsInto(graph, id)
        const largest = Math.max(...weights.map(Math.abs))
        for (const [s, weight] of weights.entries())
          expect(Math.abs((into.get(expected.nodes[s]!.id) ?? 0) - weight), `${edges}: ${expected.nodes[s]!.id} → ${id}`).toBeLessThan(LINEAR * largest)
      }
      for (const [t, { id }] of expected.nodes.entries()) if (!id.startsWith('E_')) check(id, expected[edges][t]!)
      check(`${sizes.L + 1}_7_2`, expected.logit(7)[edges])
    }
  })
})

it('products of the numbers on direct edges are something else: a share of a node points elsewhere than the node', async () => {
  const tokenIds = tokensOf(3, 3)
  const { dir, config, tensors } = randomModel('llama 2')
  const attributor = await openGraphs(dir)
  const graph = await whole(attributor, { tokenIds, nodes: { by: 'module' }, logits: { tokenIds: [7] }, rule: 'linear-weighted' })
  // (I − B)⁻¹ with B the shares of each node's value: what the tokens have of each node, by all ways.
  const reach = graph.nodes.map((_, n) => graph.nodes.map((__, m) => Number(n === m)))
  for (const [n, into] of graph.incoming.entries()) {
    into?.from.forEach((from, e) => reach[from]!.forEach((share, s) => (reach[n]![s]! += (into.weight[e]! / graph.nodes[n]!.value!) * share)))
  }
  const logit = graph.nodes.length - 1
  const products = tokenIds.map((_, s) => reach[logit]![s]! * graph.nodes[logit]!.value!)
  const total = denseGraph(plainModel(config, tensors), tokenIds, 'module').logit(7).total.slice(0, tokenIds.length)
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  // Both close, and they disagree by as much as they say.
  expect(sum(products)).toBeCloseTo(graph.nodes[logit]!.value!, 3)
  expect(sum(total)).toBeCloseTo(graph.nodes[logit]!.value!, 3)
  const apart = Math.max(...products.map((value, s) => Math.abs(value - total[s]!)))
  expect(apart).toBeGreaterThan(0.1 * Math.max(...total.map(Math.abs)))
})
