/**
 * From a user's question to a prepared graph: the one place where defaults are decided, for the command line and
 * GraphQL alike. A question without a valid meaning is refused with a sentence that says why.
 */
import { prepareQuestion, type AttributionQuestion, type ResolveContext } from '../attribution/resolve.ts'
import type { PromptQuestion } from '../attribution/resolve-prompt.ts'
import type { FeatureSource } from '../depass/partition/kind.ts'
import { MAX_FEATURES } from '../depass/partition/feature.ts'
import { UserError } from '../errors.ts'
import type { TokenView } from '../tokenizer/tokenizer.ts'
import { inOrder, prepareGraph, type PreparedGraph } from './prepare.ts'
import { edgeKinds, MAX_LOGITS, MAX_NODES, MAX_SETS, type EdgeKind, type GraphRequest } from './request.ts'

/** The default number of features of each set that are nodes before pruning. */
export const DEFAULT_GRAPH_FEATURES = 512
export const DEFAULT_NODE_THRESHOLD = 0.8
export const DEFAULT_EDGE_THRESHOLD = 0.98
export const DEFAULT_MAX_NODES = 500
const DEFAULT_MASS = 0.95
const DEFAULT_MOST_LOGITS = 10

export interface GraphQuestion extends PromptQuestion, Pick<AttributionQuestion, 'position' | 'rule' | 'temperature' | 'excludeFirst'> {
  /** Feature sets whose features are the nodes, in any order. */
  sets?: readonly FeatureSource[] | null
  /** Instead of sets: heads and MLPs, or the two sublayers of every layer. */
  by?: 'head' | 'module' | null
  /** The most features of each set. */
  features?: number | null
  edges?: EdgeKind | null
  /** Tokens whose logits are nodes, named like targets; by default the model's likeliest tokens. */
  targets?: readonly string[] | null
  nodeThreshold?: number | null
  edgeThreshold?: number | null
  maxNodes?: number | null
}

export interface PreparedGraphQuestion extends PreparedGraph {
  readonly tokens: readonly TokenView[]
  /** The prompt as it was written; null for a prompt of token ids. */
  readonly text: string | null
  /** Sentences about what the user probably did not mean. */
  readonly warnings: readonly string[]
}

/** Refuses (UserError) a question that has no valid meaning, or that does not fit the model. */
export async function prepareGraphQuestion(question: GraphQuestion, context: ResolveContext): Promise<PreparedGraphQuestion> {
  const { sets, by, features, edges, targets, nodeThreshold, edgeThreshold, maxNodes, ...asked } = question
  const [first = null, ...others] = targets ?? []
  const read = (target: string | null) => prepareQuestion({ ...asked, target, by: 'token' }, context)
  const { request: base, tokens, text, warnings } = await read(first)
  const tokenIds = first === null ? null : [tokenOf(base.target)]
  for (const other of others) tokenIds!.push(tokenOf((await read(other)).request.target))
  const { rule, temperature, position } = base
  const nodes = resolveNodes(sets ?? null, by ?? null, features ?? null)
  const request: GraphRequest = {
    tokenIds: base.tokenIds, position, nodes,
    edges: edges ?? edgeKinds[0],
    logits: tokenIds === null ? { mass: DEFAULT_MASS, most: DEFAULT_MOST_LOGITS } : { tokenIds },
    nodeThreshold: share(nodeThreshold ?? DEFAULT_NODE_THRESHOLD, 'nodes'),
    edgeThreshold: share(edgeThreshold ?? DEFAULT_EDGE_THRESHOLD, 'edges'),
    maxNodes: whole(maxNodes ?? DEFAULT_MAX_NODES, MAX_NODES, 'nodes'),
    rule, temperature,
    // With direct edges between heads and MLPs, no component is carried through an MLP, so the setting has no effect.
    excludeFirst: (nodes.by === 'feature' || edges === 'total') && base.excludeFirst,
  }
  return { ...prepareGraph(request, context), tokens, text, warnings }
}

function resolveNodes(sets: readonly FeatureSource[] | null, by: 'head' | 'module' | null, features: number | null): GraphRequest['nodes'] {
  if (sets !== null && by !== null)
    throw new UserError('BAD_INPUT', 'A graph has features as nodes, or heads and MLPs; name feature sets or say by what, not both.')
  if (sets === null || sets.length === 0) {
    if (features !== null) throw new UserError('BAD_INPUT', 'How many features are nodes matters where feature sets are named; name some.')
    return { by: by ?? 'head' }
  }
  if (sets.length > MAX_SETS) throw new UserError('TOO_LARGE', `${sets.length} feature sets were named, and a graph has at most ${MAX_SETS}.`)
  const named = sets.map(({ hash, name, site, writes }) => ({ hash, name, site, writes }))
  return { by: 'feature', sets: inOrder(named), budget: whole(features ?? DEFAULT_GRAPH_FEATURES, MAX_FEATURES, 'features of each set') }
}

function tokenOf(target: GraphTarget): number {
  if (target.type === 'logit' && target.tokenId !== 'next') return target.tokenId
  throw new UserError('BAD_INPUT', `The model's own next token is among the logits by itself; name tokens by their text or #id, at most ${MAX_LOGITS}.`)
}
type GraphTarget = PreparedAttribution['target']
type PreparedAttribution = Awaited<ReturnType<typeof prepareQuestion>>['request']

function share(threshold: number, what: string): number {
  if (threshold >= 0 && threshold <= 1) return threshold
  throw new UserError('BAD_INPUT', `The threshold of ${what} is ${threshold}; expected a share of all influence from 0 to 1, such as 0.8.`)
}

function whole(count: number, most: number, what: string): number {
  if (Number.isInteger(count) && count >= 1 && count <= most) return count
  throw new UserError('BAD_INPUT', `${count} ${what} were asked for; expected a whole number from 1 to ${most}.`)
}
