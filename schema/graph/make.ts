/**
 * Graphs on demand: `attributionGraph` waits for its answer, `requestAttributionGraph` does not. Also importing a
 * graph, and saving notes with one.
 */
import type { GraphQLResolveInfo } from 'graphql'
import { UserError } from '../../src/errors.ts'
import { checkAnnotations } from '../../src/graph/annotations.ts'
import type { PreparedGraph } from '../../src/graph/prepare.ts'
import { Rule } from '../attribution/method.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { entries, NUMBER_COST } from '../cost.ts'
import { keepOwnPrompt } from '../dataset/own-prompt.ts'
import { MessageInput, promptText } from '../dataset/prompt-input.ts'
import { costOf, DEFAULT_WAIT_MS, LONGEST_WAIT_MS } from '../job/computation.ts'
import { Job } from '../job/job.ts'
import { answered, type Demand, requested, type Requested } from '../job/on-demand.ts'
import { graphLoader } from '../loaders/answers.ts'
import { namesOf } from '../loaders/feature-sources.ts'
import { modelLoader } from '../loaders/models.ts'
import { storedGraphLoader } from '../loaders/stored-answers.ts'
import { AttributionGraph, GraphEdges, GraphNodesBy } from './graph.ts'

/** All of its nodes and edges are written. */
const IMPORT = 500

/** A sweep with many components, and the passes that find them. */
const PASSES = 4
/** Two runs a layer. The number of layers is not known yet, so this assumes an ordinary model. */
const TOTAL_PASSES = 48

const GraphInput = builder.inputType('AttributionGraphInput', {
  description: 'One graph to be computed, or to be found if it was computed before.',
  fields: (t) => ({
    model: t.string({ required: true, description: "The model's slug or hash." }),
    text: t.string({ description: 'The prompt as text; instead of `tokenIds`.', ...promptText }),
    tokenIds: t.intList({ description: 'The prompt as token ids, used as they are; instead of `text`.', ...entries(0) }),
    messages: t.field({
      type: [MessageInput], description: "The prompt as a chat, written by the model's own chat template; instead of `text`.", ...entries(0),
    }),
    position: t.int({ description: 'Where the logits are read: from 0, or negative from the end; the last position when absent.' }),
    sets: t.stringList({ description: 'Names of feature sets whose features are the nodes.' }),
    by: t.field({ type: GraphNodesBy, description: 'Instead of feature sets: HEAD or MODULE. HEAD when both are absent.' }),
    features: t.int({ description: 'Of each set, at most so many features are nodes before pruning; 512 when absent.' }),
    edges: t.field({ type: GraphEdges, description: 'What an edge holds; DIRECT when absent.' }),
    targets: t.stringList({
      description: "Tokens whose logits are nodes, as text or `#id`; the model's first choices up to 95 % of the probability when absent.", ...promptText,
    }),
    nodeThreshold: t.float({ description: 'Nodes are kept until they make up this share of all influence; 0.8 when absent.' }),
    edgeThreshold: t.float({ description: 'Edges are kept until they make up this share of what goes through edges; 0.98 when absent.' }),
    maxNodes: t.int({ description: 'At most so many nodes are kept; tokens and logits always are. 500 when absent.' }),
    rule: t.field({ type: Rule, description: "How neurons' outputs are shared; SOFTMAX when absent." }),
    temperature: t.float({ description: 'τ of the softmax rule; 0.1 when absent.' }),
    excludeFirst: t.boolean({
      description: 'Whether the first position takes no MLP share except at itself; when absent, as the tokenizer has it.',
    }),
    timeoutMs: t.int({
      defaultValue: DEFAULT_WAIT_MS,
      validate: { min: 0, max: LONGEST_WAIT_MS },
      description: 'How long to wait for a computation. When it ends, the error has the id of the job, which goes on.',
    }),
  }),
})
type Input = typeof GraphInput.$inferInput

const passesOf = ({ sets, edges }: Input): number =>
  (sets ?? []).length === 0 && edges === 'total' ? TOTAL_PASSES : PASSES * Math.max(1, sets?.length ?? 1)

async function prepare(context: Context, info: GraphQLResolveInfo, input: Input): Promise<{ modelId: number; request: PreparedGraph }> {
  const modelId = await modelLoader(context).load(input.model)
  const { model: _model, timeoutMs: _timeoutMs, sets, by, ...asked } = input
  if (by === 'feature' && (sets ?? []).length === 0) throw new UserError('BAD_INPUT', 'A graph of features needs feature sets; name some in `sets`.')
  const found = sets && (await Promise.all(sets.map((name) => namesOf(context, modelId).set(name))))
  const { request, own } = await context.graphs.prepare(modelId, { ...asked, sets: found, by: by === 'feature' ? null : by })
  keepOwnPrompt(context, info, own)
  return { modelId, request }
}

const graphs: Demand<PreparedGraph> = { what: 'graph', port: (context) => context.graphs, loader: graphLoader }

builder.queryField('attributionGraph', (t) =>
  t.prismaField({
    type: AttributionGraph,
    nullable: true,
    description: 'The graph that the input describes: from the store, or computed now by a worker. Null only with an error.',
    args: { input: t.arg({ type: GraphInput, required: true, description: 'Of which prompt, and what its nodes are.' }) },
    complexity: ({ input }) => costOf(input, passesOf(input)),
    extensions: { scope: 'compute' },
    resolve: async (query, _root, { input }, context, info) =>
      answered(graphs, context, await prepare(context, info, input), input.timeoutMs ?? DEFAULT_WAIT_MS, (key) =>
        context.database.attributionGraph.findUnique({ ...query, where: { key } })),
  }),
)

const RequestedGraph = builder.objectRef<Requested>('RequestedAttributionGraph').implement({
  description: 'Either the graph, where it is stored already, or the job that computes it.',
  fields: (t) => ({
    graph: t.field({
      type: AttributionGraph,
      nullable: true,
      description: 'The graph; null while it is computed.',
      resolve: ({ key }, _args, context) => (key === null ? null : storedGraphLoader(context).load(key)),
    }),
    job: t.field({
      type: Job, nullable: true, description: 'The job that computes it; null when nothing has to be computed.', resolve: ({ jobId }) => jobId,
    }),
  }),
})

const SupernodeInput = builder.inputType('SupernodeInput', {
  description: 'Nodes to be put together under a name.',
  fields: (t) => ({
    label: t.string({ required: true, description: 'The name.' }),
    nodes: t.stringList({ required: true, description: 'Ids of the nodes.', ...entries(NUMBER_COST) }),
  }),
})

const NodeLabelInput = builder.inputType('NodeLabelInput', {
  description: 'Words for a node.',
  fields: (t) => ({
    node: t.string({ required: true, description: 'The id of the node.' }),
    text: t.string({ required: true, description: 'The words.' }),
  }),
})

const AnnotationsInput = builder.inputType('GraphAnnotationsInput', {
  description: 'What is saved with a graph, in the place of what was saved before.',
  fields: (t) => ({
    pinned: t.stringList({ description: 'Ids of nodes that are pinned.', ...entries(NUMBER_COST) }),
    supernodes: t.field({ type: [SupernodeInput], description: 'Groups of nodes; a node is in one at most.' }),
    labels: t.field({ type: [NodeLabelInput], description: 'Words for nodes.' }),
  }),
})

builder.mutationFields((t) => ({
  requestAttributionGraph: t.field({
    type: RequestedGraph,
    nullable: true,
    description: 'Asks for a graph without waiting for it. Null only with an error.',
    args: { input: t.arg({ type: GraphInput, required: true, description: 'Of which prompt, and what its nodes are.' }) },
    complexity: ({ input }) => costOf(input, passesOf(input)),
    extensions: { scope: 'compute' },
    resolve: async (_root, { input }, context, info) => requested(graphs, context, await prepare(context, info, input)),
  }),
  importAttributionGraph: t.prismaField({
    type: AttributionGraph,
    nullable: true,
    description:
      'Stores a graph that was exported (`document`, `tributary graph --json`), with what people saved with it; the same file twice is ' +
      'one graph. Its model must be here. A graph of another program is stored as it is, and as `FOREIGN`. Files of more than a ' +
      'megabyte go to `POST /graph/import`. Null only with an error.',
    args: { document: t.arg({ type: 'JSON', required: true, description: 'The common JSON, as it was exported.' }) },
    complexity: IMPORT,
    extensions: { scope: 'compute' },
    resolve: async (query, _root, { document }, { graphs, database }) =>
      database.attributionGraph.findUniqueOrThrow({ ...query, where: { key: await graphs.importDocument(document) } }),
  }),
  annotateGraph: t.prismaField({
    type: AttributionGraph,
    nullable: true,
    description: 'Saves pinned nodes, supernodes and labels with a graph. Null only with an error.',
    args: {
      graph: t.arg.globalID({ required: true, for: AttributionGraph, description: "The graph's global id." }),
      annotations: t.arg({ type: AnnotationsInput, required: true, description: 'What is saved.' }),
    },
    extensions: { scope: 'compute' },
    resolve: async (query, _root, { graph, annotations }, { database }) => {
      const found = await database.attributionGraph.findUnique({
        where: { key: graph.id }, select: { id: true, nodes: { select: { name: true } } },
      })
      if (!found) throw new UserError('NOT_FOUND', 'There is no such graph (any more).')
      const { pinned, supernodes, labels } = annotations
      const checked = checkAnnotations(
        { pinned: pinned ?? [], supernodes: supernodes ?? [], labels: labels ?? [] }, new Set(found.nodes.map(({ name }) => name)))
      return database.attributionGraph.update({ ...query, where: { id: found.id }, data: { annotations: checked } })
    },
  }),
}))
