/** Table 11, Appendix D.2: scoring all neurons of a layer by DePass, against one forward pass per neuron without it. */
import { z } from 'zod'
import { budget } from '../src/depass/budget.ts'
import { DEFAULT_TEMPERATURE } from '../src/depass/rule.ts'
import { neuronsOf } from '../src/model/config.ts'
import { UserError } from '../src/errors.ts'
import { answersTo, refusalOf } from './accuracy.ts'
import { row, type ExperimentModel, type ExperimentOf } from './experiment.ts'
import { withoutComponents } from './methods/components.ts'
import { predict } from './predict.ts'
import { promptsOf, type Prompt } from './prompts.ts'
import { rankCorrelation } from './rank.ts'
import { bootstrapMean } from './statistics.ts'

const options = z.strictObject({
  /** The layer whose neurons are scored; null: the layer in the middle. */
  layer: z.number().int().nonnegative().nullable().default(null),
})
export type CostOptions = z.infer<typeof options>

export const cost: ExperimentOf<CostOptions> = {
  title: 'Cost of scoring neurons',
  paper: 'Table 11, Appendix D.2',
  description: 'Seconds and memory to score all neurons of one layer by DePass and by one ablated forward pass each, and how far the two agree.',
  protocols: {
    paper: 'ablated passes run side by side as well as the engine can; the paper ran them one by one.',
    reference: 'as in the paper, with DePass in reference mode.',
    corrected: 'as in the paper. Seconds are of this machine and are the only numbers that differ from run to run.',
  },
  options,
  recordsPerItem: 1,
  usualLimit: 10,
  tokensPerRecord: (_asked, { N, I }) => N * I,

  async run(records, { options: { layer: asked }, protocol }, model) {
    const { answers, rows } = await answersTo(await promptsOf(records, model), model)
    const { config } = model.passes.model
    const layer = asked ?? Math.floor(config.L / 2)
    if (layer >= config.L) throw new UserError('BAD_INPUT', `Layer ${layer} was asked for; the model has the layers 0 to ${config.L - 1}.`)
    for (const { prompt, right } of answers) {
      if (!right) continue
      // Run once before the clock starts, to compile programs and read weights.
      await depass(prompt, layer, protocol === 'reference', model)
      await ablate(prompt, layer, 2, model)
      const fast = await timed(() => depass(prompt, layer, protocol === 'reference', model))
      const slow = await timed(() => ablate(prompt, layer, neuronsOf(config, layer), model))
      const at = { record: prompt.record.index, layer }
      const measured = [
        ['depass', 'seconds', fast.seconds], ['ablation', 'seconds', slow.seconds], ['depass', 'ratio', slow.seconds / fast.seconds],
        ['depass', 'bytes', fast.value.bytes], ['ablation', 'bytes', slow.value.bytes],
        ['depass', 'rank correlation', rankCorrelation(fast.value.scores, slow.value.scores)],
      ] as const
      for (const [method, metric, value] of measured) rows.push(row({ ...at, method, metric, value }))
      rows.push(row({ ...at, method: 'model', metric: 'neurons', value: neuronsOf(config, layer) }))
    }
    return rows
  },

  refusal: refusalOf,

  async report(rows, { seed }) {
    const { bars } = await import('./report/heat.ts')
    const valuesOf = (method: string, metric: string) =>
      rows.filter((each) => each.method === method && each.metric === metric).flatMap(({ value }) => value ?? [])
    const meanOf = (method: string, metric: string) => bootstrapMean(valuesOf(method, metric), seed, method, metric)
    const named = [['depass', 'seconds'], ['ablation', 'seconds'], ['depass', 'ratio'], ['depass', 'bytes'], ['ablation', 'bytes'], ['depass', 'rank correlation']] as const
    const known = named.filter(([method, metric]) => valuesOf(method, metric).length > 0)
    const [neurons = 0] = valuesOf('model', 'neurons')
    return [{
      heading: `All ${neurons} neurons of one layer`,
      text: ['The ratio is the seconds of ablation over those of DePass; bytes are what a pass is planned to hold besides the weights.'],
      figures: valuesOf('depass', 'seconds').length === 0 ? [] : [bars('Seconds', ['depass', 'ablation'].map((name) => ({ name, value: meanOf(name, 'seconds').mean })), 'seconds')],
      tables: [{
        title: 'Means and 95 % intervals over prompts', headings: ['method', 'metric', 'mean', 'low', 'high', 'prompts'],
        rows: known.map(([method, metric]) => { const { mean, low, high, count } = meanOf(method, metric); return [method, metric, mean, low, high, count] }),
      }],
    }]
  },
}

interface Scored {
  scores: number[]
  bytes: number
}

async function depass({ ids, target }: Prompt, layer: number, isReference: boolean, { attributor, signal }: ExperimentModel): Promise<Scored> {
  const prepared = attributor.prepare({
    tokenIds: [...ids], position: ids.length - 1, target: { type: 'logit', tokenId: target }, partition: { by: 'neuron', layer },
    mode: isReference ? 'reference' : 'corrected', rule: 'softmax', temperature: DEFAULT_TEMPERATURE, excludeFirst: false,
  })
  const [result] = await attributor.attribute([prepared], { ...(signal && { signal }) })
  return {
    scores: result!.contributions.filter(({ component }) => component.kind === 'neuron').map(({ score }) => score),
    bytes: prepared.plan?.cost.bytes ?? 0,
  }
}

async function ablate({ ids, target }: Prompt, layer: number, count: number, model: ExperimentModel): Promise<Scored> {
  const { config } = model.passes.model
  const questions = Array.from({ length: count }, (_, k) => ({ ids, target, edits: withoutComponents([layer * config.I + k], 'neuron', model) }))
  const [whole, ...each] = await predict([{ ids, target }, ...questions], model)
  const passage = { tokenIds: ids, splits: [], reads: [{ site: { layer: config.L, name: 'resid_pre' as const }, positions: [ids.length - 1] }] }
  const planned = budget(config, [passage], model.passes.memoryLimitBytes)
  return { scores: each.map(({ logit }) => whole!.logit - logit), bytes: 'fits' in planned ? planned.fits.bytes : planned.needsBytes }
}

async function timed<T>(action: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const began = performance.now()
  const value = await action()
  return { value, seconds: (performance.now() - began) / 1000 }
}
