/** Figure 1 and Appendix B.2: patch-top and recover-top curves of DePass beside other scores of tokens. */
import { z } from 'zod'
import { accuracyOf, answersTo, refusalOf, saysAccuracy } from './accuracy.ts'
import type { ExperimentOf, Row } from './experiment.ts'
import { measuresAll, removalOptions, removalProtocols, removalRows } from './faithfulness.ts'
import { tokenMethods, tokenScores } from './methods/tokens.ts'
import { promptsOf } from './prompts.ts'
import { curveSection } from './report/sections.ts'
import { meansOf } from './statistics.ts'
import { recordsAsked, templates } from './template.ts'

const options = z.strictObject({
  methods: z.array(z.enum(tokenMethods)).min(1).default([...tokenMethods]),
  /** The paper uses the prompts as they are; CounterFact's template is for models that were trained to chat. */
  template: z.enum(templates).default('plain'),
  ...removalOptions,
})
export type TokenFaithfulnessOptions = z.infer<typeof options>

export const tokenFaithfulness: ExperimentOf<TokenFaithfulnessOptions> = {
  title: 'Faithfulness of token attributions',
  paper: 'Figure 1, section 4.1.1, Appendix B',
  description: "Tokens are removed in the order of each method's scores; measured is the drop of the answer's probability.",
  protocols: removalProtocols,
  options,
  recordsPerItem: 8,
  tokensPerRecord: ({ options: { methods, settings, shares, counts } }, { N }) =>
    N * methods.length * (settings.length * (counts ?? shares).length + N / 2),

  async run(records, { options, protocol, seed }, model) {
    const { answers, rows } = await answersTo(await promptsOf(recordsAsked(records, options.template), model), model)
    const measured = measuresAll(options, protocol) ? answers : answers.filter(({ right }) => right)
    const prompts = measured.map(({ prompt }) => prompt)
    const mode = protocol === 'reference' ? 'reference' : 'corrected'
    const scores = new Map<string, Float64Array[]>()
    for (const method of options.methods) scores.set(method, await tokenScores(method, prompts, model, { mode, seed }))
    return [...rows, ...(await removalRows(measured, scores, options, protocol, model))]
  },

  refusal: refusalOf,

  report: (rows, { options, protocol, seed }) => removalSections(rows, {
    seed, against: 'depass', byShare: options.counts === null, all: measuresAll(options, protocol),
  }),
}

interface RemovalReport {
  seed: number
  against: string
  byShare: boolean
  all: boolean
}

/** Curves of the drop and of the answers that are left. */
export function removalSections(rows: readonly Row[], { seed, against, byShare, all }: RemovalReport) {
  const x = byShare ? 'share of tokens' : 'tokens'
  const counted = `The model answers ${saysAccuracy(accuracyOf(rows))}; ${all ? 'all prompts are' : 'only answered prompts are'} measured.`
  return Promise.all([
    curveSection({
      heading: 'Relative drop of the answer’s probability',
      text: [counted, 'Under patch-top higher is better (comprehensiveness), under recover-top lower (sufficiency).'],
      axes: { x, y: 'drop', ...(byShare && { percent: true }) }, means: meansOf(rows, 'drop', against, seed), against,
    }),
    curveSection({
      heading: 'Share of prompts still answered', text: ['The model’s first choice is still the answer.'],
      axes: { x, y: 'right', ...(byShare && { percent: true }) }, means: meansOf(rows, 'right', against, seed), against,
    }),
  ])
}
