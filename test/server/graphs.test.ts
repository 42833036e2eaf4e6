/** Graphs of prompts from a question over HTTP to rows, with the bundled model and its feature sets. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { main } from '../../cli/main.ts'
import { UserError } from '../../src/errors.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { computeGraph, graphEngine } from '../../src/graph/compute.ts'
import { prepareGraphQuestion } from '../../src/graph/resolve.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { recordedContext } from '../cli/context.ts'
import { DEMO_MODEL, useDemoServer } from './demo-server.ts'

const TEXT = 'The capital of France is'
const sets = await Promise.all(['1-res', '2-res'].map((name) => openFeatureSet(join(DEMO_MODEL, '../saes', name))))
const sourceOf = ({ hash, id, site, writes, F }: (typeof sets)[number]) => ({ hash, name: id, site, writes, features: F })
const find = async (hash: string) => {
  const set = sets.find((each) => each.hash === hash)
  if (!set) throw new UserError('NOT_FOUND', `no set ${hash}`)
  return set
}

const kit = useDemoServer({ sets })

const node = z.object({ nodeId: z.string(), value: z.number().nullable(), influence: z.number(), label: z.string() })
const edge = z.object({ weight: z.number(), share: z.number(), from: z.object({ nodeId: z.string() }), to: z.object({ nodeId: z.string() }) })
const graphSchema = z.object({
  attributionGraph: z.object({
    id: z.string(), nodeCount: z.number(), edgeCount: z.number(), completenessError: z.number(), replacementScore: z.number(),
    nodes: z.object({ totalCount: z.number(), nodes: z.array(node) }),
    edges: z.object({ totalCount: z.number(), nodes: z.array(edge) }),
  }),
})

const QUERY = `query ($input: AttributionGraphInput!) { attributionGraph(input: $input) {
  id nodeCount edgeCount completenessError replacementScore
  nodes(first: 500) { totalCount nodes { nodeId value influence label } }
  edges(first: 500) { totalCount nodes { weight share from { nodeId } to { nodeId } } }
} }`

async function ask(input: object) {
  const answer = await kit.ask(QUERY, { input: { model: 'demo', text: TEXT, ...input } })
  expect(answer.errors).toBeUndefined()
  return graphSchema.parse(answer.data).attributionGraph
}

describe('a graph over GraphQL', () => {
  it('of features is what the engine computes, in rows; the same question again is the same graph', async () => {
    const graph = await ask({ sets: ['2-res', '1-res'] })
    const attributor = await openAttributor(DEMO_MODEL, { threads: 1, sets: { find } })
    try {
      const prepared = await prepareGraphQuestion({ text: TEXT, sets: sets.map(sourceOf) }, attributor)
      const expected = await computeGraph(prepared, graphEngine(attributor))
      expect(graph.nodes.nodes.map(({ nodeId }) => nodeId)).toEqual(expected.nodes.map(({ id }) => id))
      expect(graph.edges.totalCount).toBe(expected.edges.length)
      graph.nodes.nodes.forEach(({ influence, value }, n) => {
        expect(influence).toBeCloseTo(expected.nodes[n]!.influence, 4)
        if (value !== null) expect(value).toBeCloseTo(expected.nodes[n]!.value!, 3)
      })
    } finally {
      await attributor.close()
    }
    expect(graph.completenessError).toBeLessThan(1e-5)
    expect(graph.nodes.nodes.some(({ label }) => label === ' Paris')).toBe(true)
    expect((await ask({ sets: ['1-res', '2-res'] })).id).toBe(graph.id)
    expect((await ask({ sets: ['1-res', '2-res'], edges: 'TOTAL' })).id).not.toBe(graph.id)
  })

  it('is filtered, ordered and paged by the server, from node to edges and along paths', async () => {
    const { id } = await ask({ sets: ['1-res', '2-res'] })
    const query = `query ($id: ID!, $after: String) { node(id: $id) { ... on AttributionGraph {
      features: nodes(first: 3, after: $after, orderBy: INFLUENCE, where: { kinds: [FEATURE], sources: ["2-res"] }) {
        totalCount pageInfo { endCursor hasNextPage } nodes { nodeId influence kind source layer
          incoming(first: 2) { totalCount nodes { weight magnitude from { nodeId } } } outgoing(first: 1) { totalCount nodes { to { kind } } } } }
      edges(first: 4, where: { toKinds: [LOGIT] }) { totalCount nodes { magnitude to { kind } } }
      paths(first: 5) { weight nodes { nodeId kind } }
    } } }`
    const page = z.object({
      features: z.object({
        totalCount: z.number(), pageInfo: z.object({ endCursor: z.string(), hasNextPage: z.boolean() }),
        nodes: z.array(z.object({
          nodeId: z.string(), influence: z.number(), kind: z.literal('FEATURE'), source: z.literal('2-res'), layer: z.literal(2),
          incoming: z.object({ totalCount: z.number(), nodes: z.array(z.object({ weight: z.number(), magnitude: z.number() })) }),
          outgoing: z.object({ totalCount: z.number(), nodes: z.array(z.object({ to: z.object({ kind: z.literal('LOGIT') }) })) }),
        })),
      }),
      edges: z.object({ totalCount: z.number(), nodes: z.array(z.object({ magnitude: z.number(), to: z.object({ kind: z.literal('LOGIT') }) })) }),
      paths: z.array(z.object({ weight: z.number(), nodes: z.array(z.object({ nodeId: z.string(), kind: z.string() })) })),
    })
    const ask2 = async (after: string | null) => page.parse(((await kit.ask(query, { id, after })).data as { node: unknown }).node)
    const first = await ask2(null)
    const second = await ask2(first.features.pageInfo.endCursor)
    const influences = [...first.features.nodes, ...second.features.nodes].map(({ influence }) => influence)
    expect(influences).toEqual(influences.toSorted((a, b) => b - a))
    expect(new Set([...first.features.nodes, ...second.features.nodes].map(({ nodeId }) => nodeId)).size).toBe(influences.length)
    for (const { incoming } of first.features.nodes) {
      expect(incoming.totalCount).toBeGreaterThan(0)
      expect(incoming.nodes.map(({ weight }) => Math.abs(weight))).toEqual(incoming.nodes.map(({ magnitude }) => magnitude))
    }
    expect(first.edges.nodes.map(({ magnitude }) => magnitude)).toEqual(first.edges.nodes.map(({ magnitude }) => magnitude).toSorted((a, b) => b - a))
    expect(first.paths).toHaveLength(5)
    for (const { nodes } of first.paths) {
      expect(nodes[0]!.kind).toBe('TOKEN')
      expect(nodes.at(-1)!.kind).toBe('LOGIT')
    }
    const weights = first.paths.map(({ weight }) => Math.abs(weight))
    expect(weights).toEqual(weights.toSorted((a, b) => b - a))
  })

  it('is drawn as far as a threshold and a budget go, with the edges that matter most', async () => {
    const { id, nodes, edges } = await ask({ sets: ['1-res', '2-res'] })
    const query = `query ($id: ID!, $threshold: Float, $maxNodes: Int, $maxEdges: Int, $nodeIds: [String!]) { node(id: $id) { ... on AttributionGraph {
      drawing(threshold: $threshold, maxNodes: $maxNodes, maxEdges: $maxEdges, nodeIds: $nodeIds) {
        edgeCount nodes { nodeId ordinal kind cumulative } edges { from to weight share } } } } }`
    const drawn = z.object({ node: z.object({ drawing: z.object({
      edgeCount: z.number(), edges: z.array(z.object({ from: z.number(), to: z.number(), weight: z.number(), share: z.number() })),
      nodes: z.array(z.object({ nodeId: z.string(), ordinal: z.number(), kind: z.string(), cumulative: z.number() })),
    }) }) })
    const draw = async (variables: object) => drawn.parse((await kit.ask(query, { id, ...variables })).data).node.drawing
    const whole = await draw({ maxNodes: 5000, maxEdges: 10_000 })
    expect(whole.nodes.map(({ nodeId }) => nodeId)).toEqual(nodes.nodes.map(({ nodeId }) => nodeId))
    expect([whole.edgeCount, whole.edges.length]).toEqual([edges.totalCount, edges.totalCount])
    const few = await draw({ maxNodes: 12, maxEdges: 5 })
    expect(few.nodes).toHaveLength(12)
    expect(few.edges).toHaveLength(5)
    const ordinals = new Set(few.nodes.map(({ ordinal }) => ordinal))
    const between = whole.edges.filter(({ from, to }) => ordinals.has(from) && ordinals.has(to))
    expect(few.edgeCount).toBe(between.length)
    // The edges come in the same order as in the whole.
    expect(few.edges).toEqual(between.slice(0, 5))
    const half = await draw({ threshold: 0.5, maxNodes: 5000 })
    const inner = half.nodes.filter(({ kind }) => kind !== 'TOKEN' && kind !== 'LOGIT').map(({ cumulative }) => cumulative).sort((a, b) => a - b)
    expect(inner.at(-2)).toBeLessThan(0.5)
    expect(half.nodes.length).toBeLessThan(whole.nodes.length)
    const [edge] = whole.edges
    const ends = [edge!.from, edge!.to].map((ordinal) => whole.nodes.find((node) => node.ordinal === ordinal)!.nodeId)
    expect((await draw({ nodeIds: ends })).edges).toEqual([edge])
    for (const [variables, message] of [
      [{ nodeIds: ['9_9_9'] }, 'The graph has no node "9_9_9"'], [{ threshold: 2 }, 'The threshold of the drawing is 2'],
      [{ maxNodes: 0 }, 'A drawing of 0 nodes'], [{ maxEdges: 10_001 }, 'A drawing with 10001 edges'],
    ] as const) expect((await kit.ask(query, { id, ...variables })).errors?.[0]?.message).toContain(message)
  })

  it.each([['HEAD', 'DIRECT'], ['MODULE', 'DIRECT'], ['HEAD', 'TOTAL'], ['MODULE', 'TOTAL']])('of every model by %s with %s edges, without any feature set', async (by, edges) => {
    const graph = await ask({ by, edges })
    expect(graph.completenessError).toBeLessThan(1e-5)
    expect(graph.replacementScore).toBe(1)
    expect(graph.nodes.totalCount).toBe(graph.nodeCount)
  })

  it('keeps supernodes, pins and labels, and refuses those of nodes that it does not have', async () => {
    const { id, nodes } = await ask({ by: 'MODULE' })
    const [a, b] = nodes.nodes.map(({ nodeId }) => nodeId)
    const mutation = `mutation ($id: ID!, $annotations: GraphAnnotationsInput!) { annotateGraph(graph: $id, annotations: $annotations) {
      annotations { pinned supernodes { label nodes } labels { node text } } } }`
    const annotations = { pinned: [a], supernodes: [{ label: 'beginning', nodes: [a, b] }], labels: [{ node: b, text: 'the' }] }
    expect((await kit.ask(mutation, { id, annotations })).data).toEqual({ annotateGraph: { annotations } })
    const refused = await kit.ask(mutation, { id, annotations: { pinned: ['9_9_9'] } })
    expect(refused.errors?.[0]?.message).toContain('The graph has no node "9_9_9"')
    const twice = await kit.ask(mutation, { id, annotations: { supernodes: [{ label: 'x', nodes: [a] }, { label: 'y', nodes: [a] }] } })
    expect(twice.errors?.[0]?.message).toContain('is in two supernodes')
    const read = await kit.ask('query ($id: ID!) { node(id: $id) { ... on AttributionGraph { annotations { pinned } } } }', { id })
    expect(read.data).toEqual({ node: { annotations: { pinned: [a] } } })
  })

  it('goes out as the common JSON and comes back in, exactly, with what people saved; an import is never the answer to a question', async () => {
    const { id } = await ask({ sets: ['1-res', '2-res'] })
    const read = z.object({ node: z.object({ isImported: z.boolean(), document: z.looseObject({ nodes: z.array(z.looseObject({ node_id: z.string() })) }) }) })
    const get = async (of: string) => read.parse((await kit.ask('query ($id: ID!) { node(id: $id) { ... on AttributionGraph { isImported document } } }', { id: of })).data).node
    const { document, isImported } = await get(id)
    expect(isImported).toBe(false)
    expect(document.nodes.length).toBeGreaterThan(10)
    const noted = { ...document, qParams: { linkType: 'both', clickedId: '', sg_pos: '', pinnedIds: [document.nodes[0]!.node_id], supernodes: [['two', document.nodes[1]!.node_id]] } }
    const store = async (file: unknown) => {
      const answer = await kit.ask('mutation ($document: JSON!) { importAttributionGraph(document: $document) { id isImported nodeCount } }', { document: file })
      expect(answer.errors).toBeUndefined()
      return z.object({ importAttributionGraph: z.object({ id: z.string(), isImported: z.literal(true) }) }).parse(answer.data).importAttributionGraph.id
    }
    const imported = await store(noted)
    expect(imported).not.toBe(id)
    expect((await get(imported)).document).toEqual(noted)
    // Whoever imports what was exported there has the same graph.
    expect(await store((await get(imported)).document)).toBe(imported)
    expect((await ask({ sets: ['1-res', '2-res'] })).id).toBe(id)
    const paths = await kit.ask('query ($id: ID!) { node(id: $id) { ... on AttributionGraph { paths(first: 2) { weight } } } }', { id: imported })
    expect(paths.data).toMatchObject({ node: { paths: [{}, {}] } })
  })

  it('goes from the command line into the database, and out of it as the very same file', async () => {
    const run = async (...args: string[]) => {
      const context = recordedContext({ environment: { DATABASE_URL: kit.url } })
      return { status: await main(['graph', ...args], context), printed: context.printed, said: context.said }
    }
    const exported = await run('--model', DEMO_MODEL, '--text', TEXT, '--by', 'module', '--threads', '1', '--json')
    const file = join(kit.folder, 'exported.json')
    writeFileSync(file, exported.printed)
    const imported = await run('import', file)
    expect(imported).toMatchObject({ status: 0, said: '' })
    const key = imported.printed.trim()
    expect((await run('--stored', key, '--json')).printed).toBe(exported.printed)
    expect((await run('import', file)).printed).toBe(imported.printed)
    expect((await run('--stored', key)).printed).toBe((await run('--show', file)).printed)
    expect((await run('--stored', 'nothing')).said).toContain('There is no graph "nothing" in the database')
    expect((await run('--stored', key, '--show', file)).said).toContain('give one of them')
  })

  it('an import that is no graph, says nothing of what was asked, or contradicts itself is refused with a sentence', async () => {
    const { id } = await ask({ by: 'MODULE' })
    const { data } = await kit.ask('query ($id: ID!) { node(id: $id) { ... on AttributionGraph { document } } }', { id })
    const { document } = z.object({ node: z.object({ document: z.looseObject({ metadata: z.looseObject({ tributary: z.looseObject({ request: z.looseObject({}) }) }), links: z.array(z.looseObject({ source: z.string(), target: z.string() })) }) }) }).parse(data).node
    const { tributary, ...others } = document.metadata
    const [link, ...links] = document.links
    for (const [file, message] of [
      [{}, 'This is no attribution graph'],
      [{ ...document, metadata: { ...others, tributary: { ...tributary, request: null } } }, 'does not say what was asked for it'],
      [{ ...document, metadata: { ...document.metadata, tributary: { ...tributary, modelHash: 'b'.repeat(64) } } }, 'which is not in this database'],
      [{ ...document, metadata: { ...document.metadata, tributary: { ...tributary, request: { ...tributary.request, position: 99 } } } }, 'Position 99'],
      [{ ...document, links: [{ ...link, source: link!.target, target: link!.source }, ...links] }, 'edges lead from earlier to later nodes'],
      [{ ...document, links: [{ ...link, weight: 'x' }] }, 'links.0.weight'],
    ] as const) {
      const answer = await kit.ask('mutation ($document: JSON!) { importAttributionGraph(document: $document) { id } }', { document: file })
      expect(answer.errors?.[0]?.message).toContain(message)
    }
  })

  it.each([
    [{ sets: ['3-res'] }, 'The model has no feature set "3-res"'],
    [{ sets: ['1-res'], by: 'HEAD' }, 'name feature sets or say by what, not both'],
    [{ by: 'FEATURE' }, 'A graph of features needs feature sets'],
    [{ by: 'HEAD', nodeThreshold: 2 }, 'The threshold of nodes is 2'],
    [{ by: 'HEAD', maxNodes: 0 }, '0 nodes were asked for'],
    [{ sets: ['1-res', '1-res'] }, 'The feature set 1-res is named twice'],
    [{ by: 'HEAD', targets: ['#5', '#5'] }, 'A token is named twice'],
  ])('%j is refused with a sentence', async (input, message) => {
    const answer = await kit.ask(QUERY, { input: { model: 'demo', text: TEXT, ...input } })
    expect(answer.errors?.[0]?.message).toContain(message)
  })
})
