/** One intervention, from a question to what is printed. */
import type { Attributor } from '../../src/attribution/attributor.ts'
import { describeCost } from '../../src/attribution/cost.ts'
import { resolveConfig, type ConfigFlags } from '../../src/config.ts'
import { answerInterventions } from '../../src/interventions/answer.ts'
import { interventionDocument } from '../../src/interventions/json.ts'
import type { PreparedIntervention } from '../../src/interventions/prepare.ts'
import { prepareInterventionQuestion, type InterventionQuestion } from '../../src/interventions/resolve.ts'
import type { CliContext } from '../context.ts'
import { datasetMean } from '../dataset-mean.ts'
import type { SetOpener } from '../feature-sets.ts'
import { wantsColour } from '../terminal/colour.ts'
import { renderIntervention } from '../terminal/intervention.ts'
import { openModel, openWhenNeeded, type OpenAttributor } from './open-model.ts'

interface Intervene {
  /** A model folder, or the id of an added model. */
  model: string
  question: InterventionQuestion
  /** A dataset, by its id or a file, whose mean stands in for what is taken out. */
  mean: string | undefined
  sets: SetOpener
  estimate: boolean
  json: boolean
  settings: ConfigFlags
}

export async function intervene(asked: Intervene, context: CliContext, open: OpenAttributor = openWhenNeeded): Promise<void> {
  const { model, mean, sets, estimate, json, settings } = asked
  const config = resolveConfig(settings, context.environment)
  const means = mean === undefined ? null : await datasetMean(mean, config)
  const question = { ...asked.question, ...(means && { to: { mean: means.contentHash } }) }
  const attributor = await openModel({ model, sets, config, context, open })
  try {
    const prepared = await prepareInterventionQuestion(question, attributor)
    for (const warning of prepared.warnings) context.say(`warning: ${warning}\n`)
    if (estimate) return context.print(cost(prepared.plan, json))
    const engine = {
      attributor, passes: loadedPasses(attributor), sets,
      mean: async (_dataset: string, place: Parameters<NonNullable<typeof means>['mean']>[1]) => means!.mean(attributor, place, sets, context.signal),
    }
    const [result] = await answerInterventions(engine, [prepared], { signal: context.signal })
    if (!result) throw new Error('one intervention was asked and none was answered')
    const document = interventionDocument({
      result, tokens: prepared.tokens, tokenizer: attributor.tokenizer, model: attributor.model, engine: attributor.engine,
    })
    if (json) return context.print(`${JSON.stringify(document)}\n`)
    context.print(renderIntervention(document, wantsColour(context.printsToTerminal, context.environment)))
  } finally {
    await attributor.close()
  }
}

/** What the question would need. Questions over the limit get an answer, too. */
function cost(plan: PreparedIntervention['plan'], json: boolean): string {
  if (plan === null) throw new Error('a loaded model has no configuration')
  return json ? `${JSON.stringify(plan.cost)}\n` : `This would need ${describeCost(plan.cost)}.\n`
}

function loadedPasses({ passes, model }: Attributor) {
  if (passes === undefined) throw new Error(`the model ${model.name} is not loaded`)
  return passes
}
