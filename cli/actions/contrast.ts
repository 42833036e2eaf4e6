/** Two prompts and what makes their difference, from two questions to what is printed. */
import { addCosts, describeCost } from '../../src/attribution/cost.ts'
import { checkContrast, contrast, type Alignment } from '../../src/attribution/contrast.ts'
import { toDocument } from '../../src/attribution/json.ts'
import { prepareQuestion, type AttributionQuestion } from '../../src/attribution/resolve.ts'
import { resultWarnings } from '../../src/attribution/result-warnings.ts'
import { resolveConfig } from '../../src/config.ts'
import type { CliContext } from '../context.ts'
import { wantsColour } from '../terminal/colour.ts'
import { renderContrast, type ContrastDocument } from '../terminal/contrast.ts'
import type { Attribute } from './attribute.ts'
import { openModel, openWhenNeeded } from './open-model.ts'

export interface Contrast extends Attribute {
  /** The prompt whose parts are subtracted. */
  against: AttributionQuestion
  align: Alignment | undefined
}

export async function contrastPrompts(asked: Contrast, context: CliContext, open = openWhenNeeded): Promise<void> {
  const { model, question, against, align, sets, top, estimate, json, settings } = asked
  const config = resolveConfig(settings, context.environment)
  const attributor = await openModel({ model, sets, config, context, open })
  try {
    const prepared = [await prepareQuestion(question, attributor), await prepareQuestion(against, attributor)] as const
    checkContrast(prepared[0].request.partition, prepared[1].request.partition, align ?? null)
    for (const warning of prepared.flatMap(({ warnings }) => warnings)) context.say(`warning: ${warning}\n`)
    if (estimate) {
      const costs = prepared.map(({ plan }) => plan?.cost)
      const [first, second] = costs
      if (!first || !second) throw new Error('a loaded model has no configuration')
      const cost = addCosts(first, second)
      return context.print(json ? `${JSON.stringify(cost)}\n` : `This would need ${describeCost(cost)}.\n`)
    }
    const results = await attributor.attribute(prepared, { signal: context.signal })
    const [first, second] = results
    if (!first || !second) throw new Error('two requests were asked and not both were answered')
    for (const warning of new Set(results.flatMap(resultWarnings))) context.say(`warning: ${warning}\n`)
    if (first.target.text !== second.target.text && against.target === question.target)
      context.say(`warning: the prompts have targets of their own, ${JSON.stringify(first.target.text)} and ${JSON.stringify(second.target.text)}; name one with --target.\n`)
    const documents = [first, second].map((result, s) =>
      toDocument({ result, tokens: prepared[s]!.tokens, tokenizer: attributor.tokenizer, model: attributor.model, engine: attributor.engine }))
    const pairs = contrast(first.contributions, second.contributions, prepared, align ?? 'position')
    const document: ContrastDocument = {
      first: documents[0]!,
      second: documents[1]!,
      align: align ?? 'position',
      value: first.target.value - second.target.value,
      completenessError: Math.max(first.completenessError, second.completenessError),
      differences: pairs.map(({ first: ours, second: theirs, difference }) => ({
        component: (ours ?? theirs)!.component,
        counterpart: theirs?.component ?? null,
        first: ours?.score ?? null,
        second: theirs?.score ?? null,
        difference,
      })),
    }
    context.print(json ? `${JSON.stringify(document)}\n` : renderContrast(document, { colour: wantsColour(context.printsToTerminal, context.environment), top }))
  } finally {
    await attributor.close()
  }
}
