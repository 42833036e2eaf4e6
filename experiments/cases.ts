/**
 * Figure 2, Appendices C.4 and D.3.2: single prompts in full, with the scores of tokens, heads and neurons by each
 * method.
 */
import { z } from 'zod'
import { answersTo, refusalOf } from './accuracy.ts'
import { row, type ExperimentOf, type Row } from './experiment.ts'
import { UserError } from '../src/errors.ts'
import { componentScores, existing, perLayer, type ComponentMethod } from './methods/components.ts'
import { tokenMethods, tokenScores, type TokenMethod } from './methods/tokens.ts'
import { probeReadings } from './methods/probe-direction.ts'
import { probeSection } from './probe/section.ts'
import { promptsOf } from './prompts.ts'
import { ranked } from './rank.ts'

const tokensBy: readonly TokenMethod[] = tokenMethods.filter((method) => method !== 'random')
const headsBy: readonly ComponentMethod[] = ['depass', 'atp', 'norm', 'ablation']
const neuronsBy: readonly ComponentMethod[] = ['depass', 'atp', 'norm', 'coef']

const options = z.strictObject({
  /** Neurons of each method that are shown. */
  neurons: z.number().int().positive().max(1000).default(10),
  /** The layer whose probe gives the direction of the tokens' bars; null: the layer whose probe is right most often. */
  layer: z.number().int().positive().nullable().default(null),
})
export type CasesOptions = z.infer<typeof options>

export const cases: ExperimentOf<CasesOptions> = {
  title: 'Cases in full',
  paper: 'Figure 2, Appendices C.4 and D.3.2',
  description: 'Prompt by prompt: which tokens, heads and neurons are behind the answer, by method, and which tokens carry the prompt into the direction of a probe.',
  protocols: {
    paper: 'as the paper shows its cases; the direction is that of the class which the probe gives to the last token.',
    reference: 'the same with DePass in reference mode, and norms of heads from slices of the projected output.',
    corrected: 'as in the paper.',
  },
  options,
  recordsPerItem: 1,
  usualLimit: 3,
  trainsProbes: 'where given',
  tokensPerRecord: (_asked, { N, L, H, I }) => N * (L * (H + I) + 5 * N),

  async run(records, { options: { neurons, layer }, protocol, seed }, model) {
    const probes = model.probes ?? []
    if (layer !== null && !probes.some((probe) => probe.layer === layer))
      throw new UserError('BAD_INPUT', `The direction of layer ${layer} was asked for; ${probes.length === 0 ? 'probes have one, and they are trained where --train and --test name sentences' : `there are probes of the layers 1 to ${probes.length}`}.`)
    const { answers, rows } = await answersTo(await promptsOf(records, model), model)
    if (records[0]?.index === 0) rows.push(...probes.map((each) => row({ method: 'probe', layer: each.layer, metric: 'accuracy', value: each.accuracy })))
    const isReference = protocol === 'reference'
    const mode = isReference ? 'reference' : 'corrected'
    for (const { prompt } of answers) {
      const record = prompt.record.index
      rows.push(row({ record, method: 'prompt', metric: 'text', text: prompt.record.text }))
      for (const method of tokensBy) {
        const [scores] = await tokenScores(method, [prompt], model, { mode, seed })
        scores!.forEach((value, component) => rows.push(row({
          record, method, setting: 'token', component, metric: 'score', value, text: model.tokenizer.tokenText(prompt.ids[component]!),
        })))
      }
      for (const { layer: read, label, probability, scores } of await probeReadings(prompt, probes, model, mode)) {
        rows.push(row({ record, method: 'probe', setting: 'direction', layer: read, metric: 'class', value: probability, text: label }))
        scores.forEach((value, component) => rows.push(row({ record, method: 'depass', setting: 'direction', layer: read, component, metric: 'score', value })))
      }
      for (const [by, methods] of [['head', headsBy], ['neuron', neuronsBy]] as const) {
        const each = perLayer(by, model)
        for (const method of methods) {
          const [scores] = await componentScores(method, [prompt], model, { by, mode, seed, slicesOutput: isReference })
          const numbers = ranked(scores!, existing(by, model))
          for (const [place, number] of (by === 'head' ? numbers : numbers.slice(0, neurons)).entries()) {
            rows.push(row({
              record, method, setting: by, layer: Math.floor(number / each), component: number % each, x: place + 1, metric: 'score', value: scores![number]!,
            }))
          }
        }
      }
    }
    return rows
  },

  // A wrong answer is no reason to refuse, since a case that the model gets wrong is a case, too.
  refusal: (rows) => (rows.some(({ metric }) => metric === 'score') ? null : refusalOf(rows)),

  async report(rows, { options: { layer } }) {
    const { caseSection } = await import('./report/case.ts')
    const scored = rows.filter(({ metric }) => metric === 'score')
    const accuracies = rows.filter(({ method, metric, record }) => method === 'probe' && metric === 'accuracy' && record === null)
    const best = accuracies.reduce<Row | null>((most, each) => (most === null || each.value! > most.value! ? each : most), null)
    const shown = { tokensBy, headsBy, neuronsBy, layer: layer ?? best?.layer ?? null }
    const sections = [...new Set(scored.map(({ record }) => record))].map((record) => caseSection(rows.filter((each) => each.record === record), shown))
    return accuracies.length === 0 ? sections : [...sections, await probeSection(rows)]
  },
}
