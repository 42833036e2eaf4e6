/** Models that make graphs, opened once for a file's tests; requests with defaults for what a test does not say. */
import { join } from 'node:path'
import { openAttributor, type AttributorOptions } from '../../src/attribution/open.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { graphEngine, wholeGraph } from '../../src/graph/compute.ts'
import type { WholeGraph } from '../../src/graph/node.ts'
import { inOrder } from '../../src/graph/prepare.ts'
import { graphRequestSchema, type GraphRequest } from '../../src/graph/request.ts'
import { openedOnce } from '../opened-once.ts'

const golden = join(import.meta.dirname, '../golden/features')

export const goldenSet = (model: string, hook: string): Promise<FeatureSet> => openFeatureSet(join(golden, `${model}-${hook}`))

export const openGraphs = openedOnce(open, (dir, sets = [], options = {}) =>
  JSON.stringify([dir, sets.map(({ hash }) => hash), Object.entries(options).map(([name, value]) => `${name}: ${value}`)]))

function open(dir: string, sets: readonly FeatureSet[] = [], options: Omit<AttributorOptions, 'sets'> = {}): Promise<Attributor> {
  const find = async (hash: string) => {
    const set = sets.find((each) => each.hash === hash)
    if (!set) throw new Error(`no set ${hash}`)
    return set
  }
  return openAttributor(dir, { threads: 1, sets: { find }, ...options })
}

/** The nodes of a graph of these sets, in the order of computation. */
export const featureNodes = (sets: readonly FeatureSet[], budget = 1000): GraphRequest['nodes'] =>
  ({ by: 'feature', sets: inOrder(sets.map(({ hash, id, site, writes }) => ({ hash, name: id, site, writes }))), budget })

const defaults = {
  edges: 'direct', logits: { mass: 0.95, most: 3 }, nodeThreshold: 1, edgeThreshold: 1, maxNodes: 10_000,
  rule: 'softmax', temperature: 0.1, excludeFirst: false,
}

export const graphRequest = (asked: Record<string, unknown> & { tokenIds: readonly number[] }): GraphRequest =>
  graphRequestSchema.parse({ position: asked.tokenIds.length - 1, ...defaults, ...asked })

export const whole = (attributor: Attributor, asked: Parameters<typeof graphRequest>[0]): Promise<WholeGraph> =>
  wholeGraph(graphRequest(asked), graphEngine(attributor))

/** Edges into a node, with the nodes that they come from. */
export function edgesInto({ nodes, incoming }: WholeGraph, id: string): { from: string; weight: number }[] {
  const n = nodes.findIndex((node) => node.id === id)
  const into = incoming[n]
  if (!into) throw new Error(`no edges lead into ${id}`)
  return [...into.from].map((from, e) => ({ from: nodes[from]!.id, weight: into.weight[e]! }))
}
