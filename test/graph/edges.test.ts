/** Edges of graphs: they sum to their node's value, and are what attributions of the same values are. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { attributionRequestSchema } from '../../src/attribution/request.ts'
import { hasIncoming } from '../../src/graph/node.ts'
import { randomModel, removeModels, sizes, tokensOf, variantNames } from '../random-model.ts'
import { edgesInto, featureNodes, goldenSet, openGraphs, whole } from './kit.ts'

afterAll(removeModels)

/** Terms cancel, so sums close relative to the largest of them. */
const CLOSES = 1e-5

describe.each(variantNames)('the module graph of %s', (name) => {
  it.each(['head', 'module'] as const)('by %s: edges into every node sum to its value', async (by) => {
    const N = 6
    const attributor = await openGraphs(randomModel(name).dir)
    const graph = await whole(attributor, { tokenIds: tokensOf(4, N), nodes: { by } })
    expect(graph.completenessError).toBeLessThan(CLOSES)
    const { H, L } = sizes
    expect(graph.nodes.filter(({ kind }) => kind === 'mlp')).toHaveLength(N * L)
    expect(graph.nodes.filter(({ kind }) => kind === by || kind === 'attention')).toHaveLength(N * L * (by === 'head' ? H : 1))
    for (const [n, { kind, value, position }] of graph.nodes.entries()) {
      expect(graph.incoming[n] !== null).toBe(hasIncoming(kind))
      // No node is without an edge: the token at its own position reaches it.
      if (hasIncoming(kind)) expect(value).not.toBe(0)
      for (const from of graph.incoming[n]?.from ?? []) {
        expect(from).toBeLessThan(n)
        expect(graph.nodes[from]!.position ?? 0).toBeLessThanOrEqual(position!)
      }
    }
  })
})

it('the logit of a module graph is the attribution by module, summed over the layers of nodes there', async () => {
  const tokenIds = tokensOf(4, 5)
  const attributor = await openGraphs(randomModel('llama with biases').dir)
  const graph = await whole(attributor, { tokenIds, nodes: { by: 'module' }, logits: { tokenIds: [7] } })
  const asked = { tokenIds, position: 4, target: { type: 'logit', tokenId: 7 }, mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false }
  const [last] = await attributeRequests(attributor, [attributionRequestSchema.parse({ ...asked, partition: { by: 'module', layer: sizes.L - 1, module: 'mlp' } })])
  const mlp = last!.contributions.find(({ component }) => component.kind === 'mlp')!
  const edge = edgesInto(graph, `${sizes.L + 1}_7_4`).find(({ from }) => from === `${sizes.L - 1}_mlp_4`)!
  expect(edge.weight).toBeCloseTo(mlp.score, 4)
})

const scores = z.array(z.number())
const goldenSchema = z.object({
  prompts: z.array(z.object({
    ids: z.array(z.number()),
    target: z.number(),
    features: z.record(z.string(), z.object({
      position: z.number(),
      attributions: z.array(z.object({ feature: z.number(), preactivation: z.number(), sae_bias: z.number(), by_token: scores })),
    })),
    sources: z.record(z.string(), z.object({
      sae: z.string(), components: z.array(z.array(z.union([z.string(), z.number()]))), to_logit: scores,
    })),
  })),
})

describe.each([['gpt2-random', 1, 2], ['qwen2-random', 2, 3]] as const)('the feature graph of %s', (model, middle, after) => {
  const dir = join(import.meta.dirname, '../fixtures/models', model)
  const golden = goldenSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, `../golden/features/${model}.json`), 'utf8')))
  const { ids, target, features, sources } = golden.prompts[0]!
  const hooks = {
    pre: `blocks.${middle}.hook_resid_pre`, attention: `blocks.${middle}.hook_attn_out`,
    mlp: `blocks.${middle}.hook_mlp_out`, post: `blocks.${after}.hook_resid_post`,
  }
  const largest = (values: readonly number[]) => Math.max(...values.map(Math.abs))

  it.each([['direct', 'pre'], ['total', 'pre'], ['direct', 'attention'], ['direct', 'mlp'], ['total', 'post']] as const)(
    'with %s edges: what leads from tokens into features at %s is the float64 reference', async (edges, at) => {
      const set = await goldenSet(model, hooks[at])
      const graph = await whole(await openGraphs(dir, [set]), { tokenIds: ids, nodes: featureNodes([set]), edges })
      for (const { feature, preactivation, sae_bias, by_token } of features[hooks[at]]!.attributions) {
        const node = graph.nodes.find((each) => each.kind === 'feature' && each.index === feature && each.position === features[hooks[at]]!.position)!
        expect(Math.abs(node.value! - preactivation)).toBeLessThan(CLOSES * largest([...by_token, sae_bias]))
        expect(node.constant).toBeCloseTo(sae_bias, 4)
        const into = new Map(edgesInto(graph, node.id).map(({ from, weight }) => [from, weight]))
        const found = by_token.map((_, m) => into.get(m < ids.length ? `E_${ids[m]}_${m}` : 'bias') ?? 0)
        found.forEach((weight, m) => expect(Math.abs(weight - by_token[m]!)).toBeLessThan(CLOSES * largest(by_token)))
      }
    })

  it('what leads from the features of one set into the logit is the float64 reference, errors and biases included', async () => {
    const { sae, components, to_logit } = sources['all']!
    const set = await goldenSet(model, sae)
    const graph = await whole(await openGraphs(dir, [set]), { tokenIds: ids, nodes: featureNodes([set]), logits: { tokenIds: [target] } })
    const logit = graph.nodes.at(-1)!
    const into = new Map(edgesInto(graph, logit.id).map(({ from, weight }) => [from, weight]))
    const nameOf = ([a, position, feature]: (string | number)[]) => {
      if (a === 'feature') return `${middle}_${feature}_${position}`
      if (a === 'error') return `${middle}_error_${position}`
      return a === 'sae_bias' ? `${middle}_sae_bias` : `${middle}_bias`
    }
    components.forEach((component, m) =>
      expect(Math.abs((into.get(nameOf(component)) ?? 0) - to_logit[m]!), nameOf(component)).toBeLessThan(CLOSES * largest(to_logit)))
  })

  it.each(['direct', 'total'] as const)('with %s edges of four sets, those that read parts of the stream among them, all sums close', async (edges) => {
    const sets = await Promise.all(Object.values(hooks).map((hook) => goldenSet(model, hook)))
    const attributor = await openGraphs(dir, sets)
    const graph = await whole(attributor, { tokenIds: ids, nodes: featureNodes(sets), edges })
    expect(graph.completenessError).toBeLessThan(CLOSES)
    expect(new Set(graph.nodes.map(({ id }) => id)).size).toBe(graph.nodes.length)
    const last = graph.nodes.findLastIndex(({ kind }) => kind === 'feature')
    expect(graph.incoming[last]!.runs).toHaveLength(edges === 'direct' ? 1 : 4)
    // A budget of features leaves the others to REST, and nothing else changes.
    const few = await whole(attributor, { tokenIds: ids, nodes: featureNodes(sets, 7), edges })
    expect(few.completenessError).toBeLessThan(CLOSES)
    expect(few.nodes.filter(({ kind }) => kind === 'feature')).toHaveLength(28)
    expect(few.nodes.filter(({ kind }) => kind === 'rest').length).toBeGreaterThan(0)
  })

  it('a part of the stream that is divided leaves the nodes before it with what goes around it', async () => {
    const [pre, attention] = await Promise.all([goldenSet(model, hooks.pre), goldenSet(model, hooks.attention)])
    const graph = await whole(await openGraphs(dir, [pre, attention]), { tokenIds: ids, nodes: featureNodes([pre, attention]), logits: { tokenIds: [target] } })
    const into = edgesInto(graph, graph.nodes.at(-1)!.id)
    // Features of both sets lead into the logit, those of the first beside the attention.
    const sourcesOf = (set: typeof pre) => into.filter(({ from }) => graph.nodes.find(({ id }) => id === from)?.source === set.id)
    expect(sourcesOf(pre).length).toBeGreaterThan(0)
    expect(sourcesOf(attention).length).toBeGreaterThan(0)
  })
})
