/**
 * Appendix D.3.1: where in the model importance lies, averaged over a dataset, by layer and head, or by layer and bin
 * of neurons.
 */
import { z } from 'zod'
import { accuracyOf, answersTo, refusalOf, saysAccuracy } from './accuracy.ts'
import { row, type ExperimentOf, type Row } from './experiment.ts'
import { componentKinds, componentMethods, componentScores, existing, perLayer } from './methods/components.ts'
import { promptsOf } from './prompts.ts'
import type { Section } from './report/document.ts'

/** As in the paper. */
const NEURONS_PER_BIN = 100

const options = z.strictObject({
  by: z.enum(componentKinds).default('head'),
  methods: z.array(z.enum(componentMethods)).min(1).default(['depass']),
  /** Neurons of a bin. */
  bin: z.number().int().positive().default(NEURONS_PER_BIN),
}).refine(({ by, methods }) => by === 'neuron' || !methods.includes('coef'), 'the method coef is one of neurons')
export type ComponentDistributionOptions = z.infer<typeof options>

export const componentDistribution: ExperimentOf<ComponentDistributionOptions> = {
  title: 'Where importance lies',
  paper: 'Appendix D.3.1',
  description: "Scores of heads, or of neurons in bins, averaged over the prompts that the model answers.",
  protocols: {
    paper: 'scores are averaged over the prompts that the model answers.',
    reference: 'as in the authors’ code, with DePass in reference mode.',
    corrected: 'as in the paper.',
  },
  options,
  recordsPerItem: 8,
  tokensPerRecord: ({ options: { by, methods } }, { N, L, H, I }) => (N * methods.length * L * (by === 'head' ? H : I)) / 2,

  async run(records, { options: { by, methods, bin }, protocol, seed }, model) {
    const { answers, rows } = await answersTo(await promptsOf(records, model), model)
    const prompts = answers.filter(({ right }) => right).map(({ prompt }) => prompt)
    if (prompts.length === 0) return rows
    const each = perLayer(by, model)
    const isReference = protocol === 'reference'
    for (const method of methods) {
      const scores = await componentScores(method, prompts, model, {
        by, seed, mode: isReference ? 'reference' : 'corrected', slicesOutput: isReference,
      })
      const sums = new Map<string, { layer: number; component: number; total: number; count: number }>()
      for (const number of existing(by, model)) {
        const [layer, index] = [Math.floor(number / each), number % each]
        const component = by === 'head' ? index : Math.floor(index / bin)
        const sum = sums.get(`${layer} ${component}`) ?? { layer, component, total: 0, count: 0 }
        for (const own of scores) sum.total += own[number]!
        sum.count += scores.length
        sums.set(`${layer} ${component}`, sum)
      }
      // One row for all prompts of the item; x is the number of prompts.
      for (const { layer, component, total, count } of sums.values())
        rows.push(row({ method, setting: by, layer, component, x: prompts.length, metric: 'importance', value: total / count }))
    }
    return rows
  },

  refusal: refusalOf,

  async report(rows, { options: { by, methods, bin } }) {
    const { heat } = await import('./report/heat.ts')
    const what = by === 'head' ? 'head' : `bin of ${bin} neurons`
    return methods.map((method): Section => {
      const cells = averaged(rows.filter((each) => each.method === method && each.metric === 'importance'))
      const strongest = [...cells].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 20)
      return {
        heading: `Mean importance by layer and ${what}: ${method}`,
        text: [`The model answers ${saysAccuracy(accuracyOf(rows))}; averages are over these.`],
        figures: [heat(`Mean score of ${method} by layer and ${what}`, cells.map(({ layer, component, value }) => ({ x: component, y: layer, value })), { x: what, y: 'layer' })],
        tables: [{ title: 'The largest', headings: ['layer', what, 'mean score'], rows: strongest.map(({ layer, component, value }) => [layer, component, value]) }],
      }
    })
  },
}

/** Joins the rows of items into one mean per place, with each item weighted by its number of prompts. */
function averaged(rows: readonly Row[]): { layer: number; component: number; value: number }[] {
  const sums = new Map<string, { layer: number; component: number; total: number; weight: number }>()
  for (const { layer, component, value, x } of rows) {
    const name = `${layer} ${component}`
    const sum = sums.get(name) ?? { layer: layer ?? 0, component: component ?? 0, total: 0, weight: 0 }
    sum.total += (value ?? 0) * (x ?? 0)
    sum.weight += x ?? 0
    sums.set(name, sum)
  }
  return [...sums.values()].map(({ layer, component, total, weight }) => ({ layer, component, value: total / weight }))
}
