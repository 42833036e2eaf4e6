/** Appendix A: patch-top and recover-top curves of DePass under each rule by which a neuron's output is shared. */
import { z } from 'zod'
import { answersTo, refusalOf } from './accuracy.ts'
import type { ExperimentOf } from './experiment.ts'
import { measuresAll, removalOptions, removalProtocols, removalRows } from './faithfulness.ts'
import { depassTokens } from './methods/tokens.ts'
import { promptsOf } from './prompts.ts'
import { removalSections } from './token-faithfulness.ts'
import { rules as ruleNames } from '../src/depass/rule.ts'

const options = z.strictObject({
  /** The rules to compare. */
  methods: z.array(z.enum(ruleNames)).min(1).default([...ruleNames]),
  ...removalOptions,
})
export type RulesOptions = z.infer<typeof options>

export const rules: ExperimentOf<RulesOptions> = {
  title: 'Rules for sharing MLP outputs',
  paper: 'Appendix A (softmax, linear-norm and linear-weighted; relu and taylor are in the authors’ code)',
  description: "Tokens are removed in the order of DePass' scores under each rule; measured is the drop of the answer's probability.",
  protocols: removalProtocols,
  options,
  recordsPerItem: 8,
  tokensPerRecord: ({ options: { methods, settings, shares, counts } }, { N }) =>
    N * methods.length * (settings.length * (counts ?? shares).length + N / 2),

  async run(records, { options, protocol }, model) {
    const { answers, rows } = await answersTo(await promptsOf(records, model), model)
    const measured = measuresAll(options, protocol) ? answers : answers.filter(({ right }) => right)
    const prompts = measured.map(({ prompt }) => prompt)
    const mode = protocol === 'reference' ? 'reference' : 'corrected'
    const scores = new Map<string, Float64Array[]>()
    for (const rule of options.methods) scores.set(rule, await depassTokens(prompts, model, { mode, rule }))
    return [...rows, ...(await removalRows(measured, scores, options, protocol, model))]
  },

  refusal: refusalOf,

  report: (rows, { options, protocol, seed }) => removalSections(rows, {
    seed, against: 'softmax', byShare: options.counts === null, all: measuresAll(options, protocol),
  }),
}
