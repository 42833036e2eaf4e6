/** Appendix B.3: scores of tokens beside those of words, and of tokens by method, for prompts one by one. */
import { z } from 'zod'
import { prepareQuestion } from '../src/attribution/resolve.ts'
import type { Mode } from '../src/depass/rule.ts'
import { answersTo, refusalOf } from './accuracy.ts'
import { row, type ExperimentModel, type ExperimentOf, type Row } from './experiment.ts'
import { integratedGradients, inputTimesGradient, normOfInputTimesGradient, promptGradients } from './methods/gradients.ts'
import { depassTokens, tokenScores } from './methods/tokens.ts'
import { promptsOf, type Prompt } from './prompts.ts'
import { rankCorrelation } from './rank.ts'
import type { Cell, Section } from './report/document.ts'
import { bootstrapMean } from './statistics.ts'

/** The methods, in the order of the paper's tables. */
const columns = [
  'depass', 'depass-normalised', 'mean-attention', 'last-attention', 'rollout', 'integrated-gradients', 'signed', 'norm',
] as const

const options = z.strictObject({
  /** Prompts whose tables the report shows; all are measured. */
  shown: z.number().int().positive().max(100).default(5),
})
export type WordsOptions = z.infer<typeof options>

export const words: ExperimentOf<WordsOptions> = {
  title: 'Tokens and words',
  paper: 'Appendix B.3',
  description: 'Scores of each token for the answer by method, and of words that are decomposed as units from the start.',
  protocols: {
    paper: 'DePass raw and divided by its sum; all other scores are divided by the sum of their absolute values.',
    reference: 'the same with DePass in reference mode.',
    corrected: 'as in the paper; signed is input × gradient summed over the embedding, norm its length.',
  },
  options,
  recordsPerItem: 4,
  usualLimit: 40,
  tokensPerRecord: (_asked, { N }) => N * (N + 100),

  async run(records, { protocol, seed }, model) {
    const { answers, rows } = await answersTo(await promptsOf(records, model), model)
    const prompts = answers.filter(({ right }) => right).map(({ prompt }) => prompt)
    const mode = protocol === 'reference' ? 'reference' : 'corrected'
    const depass = await depassTokens(prompts, model, { mode, rule: 'softmax' })
    const gradients = await promptGradients(prompts, model)
    const scores: Record<(typeof columns)[number], readonly Float64Array[]> = {
      depass,
      'depass-normalised': depass.map((own) => scaledBy(own, own.reduce((sum, value) => sum + value, 0))),
      'mean-attention': await tokenScores('mean-attention', prompts, model, { mode, seed }),
      'last-attention': await tokenScores('last-attention', prompts, model, { mode, seed }),
      rollout: await tokenScores('rollout', prompts, model, { mode, seed }),
      'integrated-gradients': (await integratedGradients(prompts, model)).map(byMagnitude),
      signed: gradients.map((each, p) => byMagnitude(inputTimesGradient(each, prompts[p]!.ids.length))),
      norm: gradients.map((each, p) => byMagnitude(normOfInputTimesGradient(each, prompts[p]!.ids.length))),
    }
    for (const [p, prompt] of prompts.entries()) {
      const { index: record } = prompt.record
      rows.push(row({ record, method: 'prompt', metric: 'text', text: prompt.record.text }))
      for (const method of columns) {
        scores[method][p]!.forEach((value, component) => rows.push(row({
          record, method, setting: 'token', component, metric: 'score', value, text: model.tokenizer.tokenText(prompt.ids[component]!),
        })))
      }
      rows.push(...(await wordRows(prompt, depass[p]!, model, mode)))
    }
    return rows
  },

  refusal: refusalOf,

  async report(rows, { options: { shown }, seed }) {
    const records = [...new Set(rows.filter(({ metric }) => metric === 'score').map(({ record }) => record))]
    const agreement = rows.filter(({ metric }) => metric === 'rank correlation').flatMap(({ value }) => value ?? [])
    const sections: Section[] = []
    if (agreement.length > 0) {
      const { mean, low, high, count } = bootstrapMean(agreement, seed, 'words')
      sections.push({
        heading: 'Words against the sums of their tokens', figures: [],
        text: ['A word is decomposed as a unit, so its score is not the sum of its tokens’; both orders are compared by their rank correlation.'],
        tables: [{ title: 'Spearman’s rank correlation over words', headings: ['mean', 'low', 'high', 'prompts'], rows: [[mean, low, high, count]] }],
      })
    }
    const prompts = records.map((record) => rows.filter((each) => each.record === record))
    // Prompts in which every word is one token show little, so they come last.
    const ordered = [...prompts.filter(hasLongWord), ...prompts.filter((own) => !hasLongWord(own))]
    return [...sections, ...ordered.slice(0, shown).map(promptSection)]
  },
}

const scaledBy = (scores: Float64Array, total: number): Float64Array => scores.map((value) => (total === 0 ? 0 : value / total))
const byMagnitude = (scores: Float64Array): Float64Array => scaledBy(scores, scores.reduce((sum, value) => sum + Math.abs(value), 0))

/** Words as components from the start, beside the sums of their tokens' scores. */
async function wordRows({ record, ids, target }: Prompt, tokens: Float64Array, { attributor, signal }: ExperimentModel, mode: Mode): Promise<Row[]> {
  const prepared = await prepareQuestion({ text: record.text, target: `#${target}`, by: 'group', groups: 'words', mode }, attributor)
  const [result] = await attributor.attribute([prepared], { ...(signal && { signal }) })
  const { partition } = prepared.request
  if (partition.by !== 'group' || result === undefined) throw new Error('words were not asked for')
  const groups = result.contributions.filter(({ component }) => component.kind === 'group')
  const sums = partition.groups.map((positions) => positions.reduce((sum, position) => sum + (position < ids.length ? tokens[position]! : 0), 0))
  const correlation = rankCorrelation(groups.map(({ score }) => score), groups.map(({ component }) => sums[component.index]!))
  return [
    ...groups.flatMap(({ component: { index, label }, score }) => [
      row({ record: record.index, method: 'depass', setting: 'word', component: index, metric: 'score', value: score, text: label }),
      row({ record: record.index, method: 'sum of tokens', setting: 'word', component: index, metric: 'score', value: sums[index]!, text: label }),
    ]),
    row({ record: record.index, method: 'depass', setting: 'word', metric: 'rank correlation', value: correlation }),
  ]
}

const scoresOf = (rows: readonly Row[], method: string, setting: string): Row[] =>
  rows.filter((each) => each.method === method && each.setting === setting && each.metric === 'score')

/** Whether a word is of several tokens. */
const hasLongWord = (rows: readonly Row[]): boolean => scoresOf(rows, 'depass', 'word').length < scoresOf(rows, 'depass', 'token').length

function promptSection(rows: readonly Row[]): Section {
  const scores = (method: string, setting: string) => scoresOf(rows, method, setting)
  const answer = rows.find(({ metric }) => metric === 'answered')?.text ?? ''
  const prompt = rows.find(({ method, metric }) => method === 'prompt' && metric === 'text')?.text ?? ''
  const tokens = scores('depass', 'token')
  const unit = scores('depass', 'word')
  return {
    heading: `Prompt ${rows[0]?.record}: ${prompt}`, text: [`The answer is “${answer.trim()}”.`], figures: [],
    tables: [
      { title: 'Tokens by method', headings: ['token', ...columns], rows: tokens.map(({ text }, i): Cell[] => [text, ...columns.map((method) => scores(method, 'token')[i]?.value ?? null)]) },
      { title: 'Words', headings: ['word', 'depass', 'sum of its tokens'], rows: unit.map(({ text, value }, i): Cell[] => [text, value, scores('sum of tokens', 'word')[i]?.value ?? null]) },
    ],
  }
}
