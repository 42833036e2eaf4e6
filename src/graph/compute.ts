/** The graph of a prompt: its nodes and edges, scored, then pruned. */
import type { Attributor } from '../attribution/attributor.ts'
import { componentName } from '../attribution/label.ts'
import type { GraphEngine } from './engine.ts'
import { featureGraph } from './feature-edges.ts'
import { graphScores, influenceOf } from './influence.ts'
import { moduleGraph } from './module-edges.ts'
import { totalModuleGraph } from './module-total.ts'
import { isAround, nodeNamer, sublayers, type GraphNode, type WholeGraph } from './node.ts'
import { requireGraphFits, type PreparedGraph } from './prepare.ts'
import { prune } from './prune.ts'
import type { GraphRequest } from './request.ts'
import type { GraphResult } from './result.ts'

/** The graph engine of an attributor whose model is loaded. */
export function graphEngine({ passes, sets, tokenizer, model }: Attributor): GraphEngine {
  if (passes === undefined || sets === undefined) throw new Error(`the model ${model.name} is not loaded`)
  return { passes, sets, tokenText: (id) => tokenizer?.tokenText(id) ?? `#${id}` }
}

/** Every node and edge. */
export function wholeGraph(request: GraphRequest, engine: GraphEngine, signal?: AbortSignal): Promise<WholeGraph> {
  const name = nodeNamer(request.nodes, engine.passes.model.config.L)
  const { nodes, edges } = request
  if (nodes.by === 'feature') return featureGraph({ ...request, nodes }, engine, name, signal)
  return edges === 'direct' ? moduleGraph(request, engine, name, signal) : totalModuleGraph(request, engine, name, signal)
}

/** A token or a logit is labelled by its text, all other nodes like components. */
function labelOf({ kind, layer, index, position, source }: GraphNode, { tokenText }: GraphEngine): string {
  if (kind === 'token' || kind === 'logit') return tokenText(index)
  const name = componentName({ kind, index, layer, position })
  if (source === null && layer !== null && isAround(kind)) return `${name} (${sublayers[index]!})`
  return kind === 'bias' && source !== null ? `${name} (${source})` : name
}

/** Refuses (TOO_LARGE) a graph that does not fit into the memory limit, before any work. */
export async function computeGraph(prepared: PreparedGraph, engine: GraphEngine, signal?: AbortSignal): Promise<GraphResult> {
  const began = performance.now()
  requireGraphFits(prepared, engine.passes.memoryLimitBytes)
  const { request } = prepared
  const whole = await wholeGraph(request, engine, signal)
  const influence = influenceOf(whole, request.edges)
  const { nodes, edges } = prune(whole, influence, request)
  return {
    nodes: nodes.map((node) => ({ ...node, label: labelOf(node, engine) })),
    edges,
    ...graphScores(whole, influence),
    whole: { nodes: whole.nodes.length, edges: whole.incoming.reduce((sum, into) => sum + (into?.from.length ?? 0), 0) },
    completenessError: whole.completenessError,
    milliseconds: performance.now() - began,
  }
}
