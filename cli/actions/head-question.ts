/** What questions about one attention head share: opening the model, warnings, the estimate, and how an answer is printed. */
import type { Attributor } from '../../src/attribution/attributor.ts'
import { describeCost, type Cost } from '../../src/attribution/cost.ts'
import { resolveConfig, type ConfigFlags } from '../../src/config.ts'
import type { FeatureSets } from '../../src/depass/partition/kind.ts'
import { documentTokens } from '../../src/tokenizer/document-tokens.ts'
import type { CliContext } from '../context.ts'
import { wantsColour } from '../terminal/colour.ts'
import type { HeadDocument } from '../terminal/head-document.ts'
import { openModel, type OpenAttributor } from './open-model.ts'

export interface AskedOfHead {
  /** A model folder, the id of an added model, or `hf:org/name` of one on the hub. */
  model: string
  sets: FeatureSets
  estimate: boolean
  json: boolean
  settings: ConfigFlags
}

interface PreparedOfHead {
  warnings: readonly string[]
  /** null for a model without a configuration, which no folder is. */
  plan: { cost: Cost } | null
  request: { layer: number; head: number }
  tokens: readonly { index: number; id: number; text: string }[]
}

/** `answer` computes the document from what `prepare` made and what every answer about a head begins with. */
export async function askAboutHead<Prepared extends PreparedOfHead, Document extends HeadDocument>(
  { model, sets, estimate, json, settings }: AskedOfHead, context: CliContext, open: OpenAttributor,
  { prepare, answer, render }: {
    prepare(attributor: Attributor): Promise<Prepared>
    answer(prepared: Prepared, attributor: Attributor, head: HeadDocument): Promise<Document>
    render(document: Document, colour: boolean): string
  },
): Promise<void> {
  const config = resolveConfig(settings, context.environment)
  const attributor = await openModel({ model, sets, config, context, open })
  try {
    const prepared = await prepare(attributor)
    for (const warning of prepared.warnings) context.say(`warning: ${warning}\n`)
    const { plan, request: { layer, head }, tokens } = prepared
    if (estimate) {
      if (plan === null) throw new Error('a loaded model has no configuration')
      return context.print(json ? `${JSON.stringify(plan.cost)}\n` : `This would need ${describeCost(plan.cost)}.\n`)
    }
    const document = await answer(prepared, attributor, {
      model: attributor.model.name,
      modelHash: attributor.model.hash,
      engine: attributor.engine,
      tokens: documentTokens(tokens, attributor.tokenizer),
      layer, head,
    })
    context.print(json ? `${JSON.stringify(document)}\n` : render(document, wantsColour(context.printsToTerminal, context.environment)))
  } finally {
    await attributor.close()
  }
}
