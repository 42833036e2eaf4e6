/** One attribution, from a question to what is printed. */
import type { Attributor } from '../../src/attribution/attributor.ts'
import { describeCost } from '../../src/attribution/cost.ts'
import { toDocument } from '../../src/attribution/json.ts'
import { prepareQuestion, type AttributionQuestion } from '../../src/attribution/resolve.ts'
import { resultWarnings } from '../../src/attribution/result-warnings.ts'
import type { FeatureSets } from '../../src/depass/partition/kind.ts'
import { resolveConfig, type ConfigFlags } from '../../src/config.ts'
import type { CliContext } from '../context.ts'
import { wantsColour } from '../terminal/colour.ts'
import { startLayerProgress } from '../terminal/layer-progress.ts'
import { renderAttribution } from '../terminal/render.ts'
import { openModel, openWhenNeeded } from './open-model.ts'

export interface Attribute {
  /** A model folder, the id of an added model, or `hf:org/name` of one on the hub. */
  model: string
  question: AttributionQuestion
  /** Where the feature sets of the question are found. */
  sets: FeatureSets
  /** How many components are printed; all of them when undefined. */
  top: number | undefined
  /** Say what it would cost, and compute nothing. */
  estimate: boolean
  json: boolean
  settings: ConfigFlags
}

export async function attribute(asked: Attribute, context: CliContext, open = openWhenNeeded): Promise<void> {
  const { model, question, sets, top, estimate, json, settings } = asked
  const config = resolveConfig(settings, context.environment)
  const attributor = await openModel({ model, sets, config, context, open })
  try {
    const printing = { json, top, context }
    context.print(estimate ? await cost(attributor, question, printing) : await answer(attributor, question, printing))
  } finally {
    await attributor.close()
  }
}

interface Printing {
  json: boolean
  top: number | undefined
  context: CliContext
}

/** What the question would need. Questions over the limit get an answer, too. */
async function cost(attributor: Attributor, question: AttributionQuestion, { json }: Printing): Promise<string> {
  const { plan } = await prepareQuestion(question, attributor)
  if (plan === null) throw new Error('a loaded model has no configuration')
  return json ? `${JSON.stringify(plan.cost)}\n` : `This would need ${describeCost(plan.cost)}.\n`
}

async function answer(attributor: Attributor, question: AttributionQuestion, printing: Printing): Promise<string> {
  const { json, top, context } = printing
  const prepared = await prepareQuestion(question, attributor)
  for (const warning of prepared.warnings) context.say(`warning: ${warning}\n`)
  const progress = startLayerProgress({ isTerminal: context.saysToTerminal, say: (text) => context.say(text) })
  const [result] = await attributor
    .attribute([prepared], { signal: context.signal, onLayer: (layer, layers) => progress.update(layer, layers) })
    .finally(() => progress.stop())
  if (!result) throw new Error('one request was asked and none was answered')
  for (const warning of resultWarnings(result)) context.say(`warning: ${warning}\n`)
  const answered = { result, tokens: prepared.tokens, tokenizer: attributor.tokenizer, model: attributor.model, engine: attributor.engine }
  // The drawing gets all contributions, since its sums and its heat map need them. It chooses itself what to leave out.
  if (json) return `${JSON.stringify(toDocument(answered, top))}\n`
  const colour = wantsColour(context.printsToTerminal, context.environment)
  return renderAttribution(toDocument(answered), { colour, ...(top !== undefined && { top }) })
}
