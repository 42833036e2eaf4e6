/** Where a head attends from every position, from a question to what is printed. */
import { describeCost } from '../../src/attribution/cost.ts'
import { computePattern, preparePatternQuestion, type PatternQuestion } from '../../src/attention/pattern.ts'
import { resolveConfig, type ConfigFlags } from '../../src/config.ts'
import type { FeatureSets } from '../../src/depass/partition/kind.ts'
import { findModelFolder } from '../../ingest/models/find.ts'
import type { CliContext } from '../context.ts'
import { engineOptions } from '../engine.ts'
import { fetchModelFolder } from '../hub.ts'
import { locateInDatabase } from '../locate-model.ts'
import { wantsColour } from '../terminal/colour.ts'
import { renderPattern, type PatternDocument } from '../terminal/pattern.ts'
import { openWhenNeeded, type OpenAttributor } from './attribute.ts'

interface Pattern {
  /** A model folder, the id of an added model, or `hf:org/name` of one on the hub. */
  model: string
  question: PatternQuestion
  sets: FeatureSets
  estimate: boolean
  json: boolean
  settings: ConfigFlags
}

export async function pattern(asked: Pattern, context: CliContext, open: OpenAttributor = openWhenNeeded): Promise<void> {
  const { model, question, sets, estimate, json, settings } = asked
  const config = resolveConfig(settings, context.environment)
  const { dir, id } = await findModelFolder(model, config, locateInDatabase, (address) => fetchModelFolder(address, context))
  const attributor = await open(dir, engineOptions(config), sets)
  try {
    const prepared = await preparePatternQuestion(question, attributor)
    for (const warning of prepared.warnings) context.say(`warning: ${warning}\n`)
    const { plan, request, tokens } = prepared
    if (estimate) {
      if (plan === null) throw new Error('a loaded model has no configuration')
      return context.print(json ? `${JSON.stringify(plan.cost)}\n` : `This would need ${describeCost(plan.cost)}.\n`)
    }
    const { pattern: weights, milliseconds } = await computePattern(prepared, attributor, context.signal)
    const N = tokens.length
    const document: PatternDocument = {
      model: id ?? attributor.model.name,
      modelHash: attributor.model.hash,
      engine: attributor.engine,
      tokens: tokens.map(({ index, id: tokenId, text }) => ({ index, id: tokenId, text })),
      layer: request.layer,
      head: request.head,
      rows: tokens.map((_, query) => [...weights.subarray(query * N, (query + 1) * N)]),
      milliseconds,
    }
    context.print(json ? `${JSON.stringify(document)}\n` : renderPattern(document, wantsColour(context.printsToTerminal, context.environment)))
  } finally {
    await attributor.close()
  }
}
