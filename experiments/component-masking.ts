/**
 * Figure 3 and Appendix D.1, measured on prompts that the model answers. The heads (or neurons) that a method ranks
 * first, or last, are taken out of all layers, and the prompts that are still answered are counted.
 */
import { z } from 'zod'
import { accuracyOf, answersTo, refusalOf, saysAccuracy } from './accuracy.ts'
import { row, type ExperimentOf } from './experiment.ts'
import { componentKinds, componentMethods, componentScores, existing, withoutComponents, type ComponentMethod } from './methods/components.ts'
import { predict } from './predict.ts'
import { promptsOf } from './prompts.ts'
import { ranked } from './rank.ts'
import { curveSection } from './report/sections.ts'
import { meansOf } from './statistics.ts'

const HEADS = [1, 2, 3, 5, 8]
const NEURONS = [1, 2, 5, 10, 20, 50, 100]

/** Ablation takes a pass per component and prompt, so for neurons it runs only if it is asked for. */
const ofNeurons: readonly ComponentMethod[] = componentMethods.filter((method) => method !== 'ablation')
/** All methods but the coefficient, which a head does not have. */
const ofHeads: readonly ComponentMethod[] = componentMethods.filter((method) => method !== 'coef')

const options = z.strictObject({
  by: z.enum(componentKinds).default('head'),
  methods: z.array(z.enum(componentMethods)).min(1).nullable().default(null),
  /** How many are taken out. */
  counts: z.array(z.number().int().positive()).min(1).max(100).nullable().default(null),
}).transform(({ by, methods, counts }) => ({
  by,
  methods: methods ?? (by === 'head' ? ofHeads : ofNeurons),
  counts: counts ?? (by === 'head' ? HEADS : NEURONS),
})).refine(({ by, methods }) => by === 'neuron' || !methods.includes('coef'), 'the method coef is one of neurons')

export type ComponentMaskingOptions = z.infer<typeof options>

export const componentMasking: ExperimentOf<ComponentMaskingOptions> = {
  title: 'Masking of attributed components',
  paper: 'Figure 3, section 4.2, Appendix D.1',
  description: 'Of prompts that the model answers, components are zeroed in the order of each method; measured is what is still answered.',
  protocols: {
    paper: 'components are zeroed at every position; heads are scored by what each adds through its own columns of the output projection.',
    reference: 'as the authors’ code: DePass in reference mode, and a head’s norm is that of a slice of the projected output, ' +
      'as if heads lay side by side in it, which no part of the model computes.',
    corrected: 'as in the paper, which is right here; DePass in corrected mode.',
  },
  options,
  recordsPerItem: 4,
  tokensPerRecord: ({ options: { by, methods, counts } }, { N, L, H, I }) => {
    const components = L * (by === 'head' ? H : I)
    return N * (methods.length * (2 * counts.length + components / 4) + (methods.includes('ablation') ? components : 0))
  },

  async run(records, { options: { by, methods, counts }, protocol, seed }, model) {
    const { answers, rows } = await answersTo(await promptsOf(records, model), model)
    const prompts = answers.filter(({ right }) => right).map(({ prompt }) => prompt)
    const candidates = existing(by, model)
    const isReference = protocol === 'reference'
    for (const method of methods) {
      const scores = await componentScores(method, prompts, model, {
        by, seed, mode: isReference ? 'reference' : 'corrected', slicesOutput: isReference,
      })
      const asked = prompts.flatMap((prompt, p) => {
        const order = ranked(scores[p]!, candidates)
        return counts.flatMap((count) => [
          { prompt, setting: 'top', count, masked: order.slice(0, count) },
          { prompt, setting: 'bottom', count, masked: order.slice(-count) },
        ])
      })
      const said = await predict(asked.map(({ prompt: { ids, target }, masked }) =>
        ({ ids, target, edits: withoutComponents(masked, by, model) })), model)
      for (const [i, { prompt: { record, target }, setting, count }] of asked.entries()) {
        const at = { record: record.index, method, setting, x: count }
        rows.push(row({ ...at, metric: 'right', value: said[i]!.next === target ? 1 : 0 }))
        rows.push(row({ ...at, metric: 'probability', value: said[i]!.probability }))
      }
    }
    return rows
  },

  refusal: refusalOf,

  async report(rows, { options: { by }, seed }) {
    const masked = rows.filter(({ x }) => x !== null)
    const text = [`The model answers ${saysAccuracy(accuracyOf(rows))}; only these are measured.`]
    const section = (heading: string, metric: string, better: string) => curveSection({
      heading, text: [...text, better], against: 'depass',
      axes: { x: `${by}s zeroed`, y: metric }, means: meansOf(masked, metric, 'depass', seed),
    })
    return Promise.all([
      section('Share of prompts still answered', 'right', 'With the top zeroed lower is better, with the bottom zeroed higher.'),
      section('Probability of the answer', 'probability', 'The same, before it is decided by the first choice.'),
    ])
  },
}
