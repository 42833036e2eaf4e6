/** The graph of one prompt, from a question to what is printed. */
import { describeCost } from '../../src/attribution/cost.ts'
import { resolveConfig, type ConfigFlags } from '../../src/config.ts'
import { noAnnotations } from '../../src/graph/annotations.ts'
import { computeGraph, graphEngine } from '../../src/graph/compute.ts'
import type { PreparedGraph } from '../../src/graph/prepare.ts'
import { prepareGraphQuestion, type GraphQuestion } from '../../src/graph/resolve.ts'
import type { CliContext } from '../context.ts'
import type { SetOpener } from '../feature-sets.ts'
import { wantsColour } from '../terminal/colour.ts'
import { graphText, type GraphPrint } from '../terminal/graph.ts'
import { openModel, openWhenNeeded, type OpenAttributor } from './open-model.ts'

interface Graph {
  /** A model folder, the id of an added model, or `hf:org/name` of one on the hub. */
  model: string
  question: GraphQuestion
  sets: SetOpener
  /** Say what it would cost, and compute nothing. */
  estimate: boolean
  print: GraphPrint
  settings: ConfigFlags
}

export async function graph(asked: Graph, context: CliContext, open: OpenAttributor = openWhenNeeded): Promise<void> {
  const { model, question, sets, estimate, print, settings } = asked
  const config = resolveConfig(settings, context.environment)
  const attributor = await openModel({ model, sets, config, context, open })
  try {
    const prepared = await prepareGraphQuestion(question, attributor)
    for (const warning of prepared.warnings) context.say(`warning: ${warning}\n`)
    if (estimate) return context.print(cost(prepared.plan, print.json))
    const result = await computeGraph(prepared, graphEngine(attributor), context.signal)
    const { request, tokens } = prepared
    context.print(graphText({
      model: attributor.model.name,
      tokens: tokens.map(({ text }) => text),
      prompt: prepared.text ?? tokens.map(({ text }) => text).join(''),
      nodes: result.nodes,
      edges: result.edges,
      annotations: noAnnotations,
      maker: null,
      settings: {
        nodeThreshold: request.nodeThreshold, edgeThreshold: request.edgeThreshold,
        features: request.nodes.by === 'feature' ? request.nodes.budget : null,
        replacement: result.replacement, completeness: result.completeness, completenessError: result.completenessError,
        edges: request.edges, engine: attributor.engine, modelHash: attributor.model.hash,
        request, whole: result.whole, milliseconds: result.milliseconds,
      },
    }, print, wantsColour(context.printsToTerminal, context.environment)))
  } finally {
    await attributor.close()
  }
}

/** What the question would need. Questions over the limit get an answer, too. */
function cost(plan: PreparedGraph['plan'], json: boolean): string {
  if (plan === null) throw new Error('a loaded model has no configuration')
  return json ? `${JSON.stringify(plan.cost)}\n` : `This would need ${describeCost(plan.cost)}.\n`
}
