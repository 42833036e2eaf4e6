/** Why a head attends, from a question to what is printed. */
import { describeCost } from '../../src/attribution/cost.ts'
import { explainAttention } from '../../src/attention/explain.ts'
import { prepareAttentionQuestion, type AttentionQuestion } from '../../src/attention/resolve.ts'
import { resolveConfig, type ConfigFlags } from '../../src/config.ts'
import type { FeatureSets } from '../../src/depass/partition/kind.ts'
import { findModelFolder } from '../../ingest/models/find.ts'
import type { CliContext } from '../context.ts'
import { engineOptions } from '../engine.ts'
import { fetchModelFolder } from '../hub.ts'
import { locateInDatabase } from '../locate-model.ts'
import { wantsColour } from '../terminal/colour.ts'
import { renderAttention, type AttentionDocument } from '../terminal/attention.ts'
import { openWhenNeeded, type OpenAttributor } from './attribute.ts'

interface Attention {
  /** A model folder, the id of an added model, or `hf:org/name` of one on the hub. */
  model: string
  question: AttentionQuestion
  sets: FeatureSets
  /** How many components and pairs of each key are printed; with JSON all of them when undefined. */
  top: number | undefined
  estimate: boolean
  json: boolean
  settings: ConfigFlags
}

export async function attention(asked: Attention, context: CliContext, open: OpenAttributor = openWhenNeeded): Promise<void> {
  const { model, question, sets, top, estimate, json, settings } = asked
  const config = resolveConfig(settings, context.environment)
  const { dir, id } = await findModelFolder(model, config, locateInDatabase, (address) => fetchModelFolder(address, context))
  const attributor = await open(dir, engineOptions(config), sets)
  try {
    const prepared = await prepareAttentionQuestion(question, attributor)
    for (const warning of prepared.warnings) context.say(`warning: ${warning}\n`)
    const { plan, request, tokens } = prepared
    if (estimate) {
      if (plan === null) throw new Error('a loaded model has no configuration')
      return context.print(json ? `${JSON.stringify(plan.cost)}\n` : `This would need ${describeCost(plan.cost)}.\n`)
    }
    const { components, pattern, keys, milliseconds } = await explainAttention(prepared, attributor, context.signal)
    const document: AttentionDocument = {
      model: id ?? attributor.model.name,
      modelHash: attributor.model.hash,
      engine: attributor.engine,
      tokens: tokens.map(({ index, id: tokenId, text }) => ({ index, id: tokenId, text })),
      layer: request.layer,
      head: request.head,
      query: request.query,
      partition: { by: request.partition.by },
      rule: request.rule,
      temperature: request.temperature,
      excludeFirst: request.excludeFirst,
      components, pattern, keys, milliseconds,
    }
    context.print(json ? `${JSON.stringify(document)}\n` : renderAttention(document, wantsColour(context.printsToTerminal, context.environment), top))
  } finally {
    await attributor.close()
  }
}
