/** Figure 2, Appendices C.4 and D.3.2: single prompts in full: which tokens, heads and neurons, by which method. */
import { z } from 'zod'
import { answersTo, refusalOf } from './accuracy.ts'
import { row, type ExperimentOf, type Row } from './experiment.ts'
import { componentScores, existing, perLayer, type ComponentMethod } from './methods/components.ts'
import { tokenMethods, tokenScores, type TokenMethod } from './methods/tokens.ts'
import { promptsOf } from './prompts.ts'
import { ranked } from './rank.ts'
import type { Cell, Section } from './report/document.ts'

const tokensBy: readonly TokenMethod[] = tokenMethods.filter((method) => method !== 'random')
const headsBy: readonly ComponentMethod[] = ['depass', 'atp', 'norm', 'ablation']
const neuronsBy: readonly ComponentMethod[] = ['depass', 'atp', 'norm', 'coef']

const options = z.strictObject({
  /** Neurons of each method that are shown. */
  neurons: z.number().int().positive().max(1000).default(10),
})
export type CasesOptions = z.infer<typeof options>

export const cases: ExperimentOf<CasesOptions> = {
  title: 'Cases in full',
  paper: 'Figure 2, Appendices C.4 and D.3.2',
  description: 'Output attribution by token, and the heads and neurons behind the answer by method, prompt by prompt.',
  protocols: {
    paper: 'as the paper shows its cases.',
    reference: 'the same with DePass in reference mode, and norms of heads from slices of the projected output.',
    corrected: 'as in the paper.',
  },
  options,
  recordsPerItem: 1,
  usualLimit: 3,
  tokensPerRecord: (_asked, { N, L, H, I }) => N * (L * (H + I) + 4 * N),

  async run(records, { options: { neurons }, protocol, seed }, model) {
    const { answers, rows } = await answersTo(await promptsOf(records, model), model)
    const isReference = protocol === 'reference'
    const mode = isReference ? 'reference' : 'corrected'
    for (const { prompt } of answers) {
      const record = prompt.record.index
      for (const method of tokensBy) {
        const [scores] = await tokenScores(method, [prompt], model, { mode, seed })
        scores!.forEach((value, component) => rows.push(row({
          record, method, setting: 'token', component, metric: 'score', value, text: model.tokenizer.tokenText(prompt.ids[component]!),
        })))
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

  // A case that the model gets wrong is a case, too.
  refusal: (rows) => (rows.some(({ metric }) => metric === 'score') ? null : refusalOf(rows)),

  async report(rows) {
    const { bars, heat } = await import('./report/heat.ts')
    const records = [...new Set(rows.filter(({ metric }) => metric === 'score').map(({ record }) => record))]
    return records.map((record): Section => {
      const own = rows.filter((each) => each.record === record)
      const scores = (method: string, setting: string) => own.filter((each) => each.method === method && each.setting === setting && each.metric === 'score')
      const tokens = scores('depass', 'token')
      const told = own.find(({ metric }) => metric === 'answered')
      const probability = own.find(({ metric }) => metric === 'probability')?.value ?? 0
      return {
        heading: tokens.map(({ text }) => text).join('').trim(),
        text: [`Prompt ${record}. The answer “${(told?.text ?? '').trim()}” has the probability ${(100 * probability).toFixed(1)} %${told?.value === 1 ? '' : ', and is not the model’s first choice'}.`],
        figures: [
          // Tokens repeat; their positions tell them apart.
          bars('DePass score of each token', tokens.map(({ text, component, value }) => ({ name: `${component} ${text}`, value: value ?? 0 })), 'logit'),
          ...headsBy.map((method) => heat(`Heads by ${method}`, scores(method, 'head').map(({ component, layer, value }) => ({ x: component ?? 0, y: layer ?? 0, value: value ?? 0 })), { x: 'head', y: 'layer' })),
        ],
        tables: [
          { title: 'Tokens by method', headings: ['token', ...tokensBy], rows: tokens.map(({ text }, i): Cell[] => [text, ...tokensBy.map((method) => scores(method, 'token')[i]?.value ?? null)]) },
          { title: 'Neurons ranked first', headings: ['rank', ...neuronsBy], rows: neuronTable(neuronsBy.map((method) => scores(method, 'neuron'))) },
        ],
      }
    })
  },
}

/** One row a rank: `L3.N12 0.39` by method. */
const neuronTable = (columns: readonly (readonly Row[])[]): Cell[][] =>
  Array.from({ length: Math.max(0, ...columns.map((column) => column.length)) }, (_, place) => [
    place + 1,
    ...columns.map((column) => {
      const found = column[place]
      return found === undefined ? null : `L${found.layer}.N${found.component} ${(found.value ?? 0).toPrecision(3)}`
    }),
  ])
