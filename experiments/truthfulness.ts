/**
 * Table 1, section 4.1.2, Appendix C. Wrong information misleads a model. Does the right answer come back if the tokens
 * that carry this information into a probe's untruthful direction are taken out?
 *
 *  none             the question alone
 *  misinformation   after wrong information
 *  tacs             without the k tokens whose own stream the probes call untruthful (Yu et al. 2024)
 *  depass           without the k tokens that contribute most to that, by the decomposed stream
 *  depass-logits    without the k tokens that speak most for the wrong answer against the right one, and depass-logits-last
 *                   without the k that do least: no probe takes part
 */
import { z } from 'zod'
import { excludesFirst } from '../src/attribution/exclude-first.ts'
import { DEFAULT_TEMPERATURE } from '../src/depass/rule.ts'
import { splitsOf } from '../src/depass/partition/kinds.ts'
import type { Passage } from '../src/depass/passage.ts'
import { dot, rowOfStart } from '../src/depass/readout.ts'
import { isUserError, UserError } from '../src/errors.ts'
import { saysAccuracy } from './accuracy.ts'
import { row, type ExperimentModel, type ExperimentOf, type ExperimentRecord, type Probe, type Row } from './experiment.ts'
import { predict } from './predict.ts'
import { classify } from './probe/logistic.ts'
import { probeSection } from './probe/section.ts'
import { removable } from './prompts.ts'
import { ranked } from './rank.ts'
import { LEFT_OUT } from './report/report.ts'
import { meansOf } from './statistics.ts'
import { factAsked, templates, type Template } from './template.ts'

const options = z.strictObject({
  /** How many tokens are masked; null: as many as the probes call untruthful. */
  masked: z.number().int().positive().nullable().default(null),
  /** How facts of CounterFact are asked; records of TruthfulQA bring their own prompts. */
  template: z.enum(templates).default('question'),
})
export type TruthfulnessOptions = z.infer<typeof options>

/**
 * Probes of the output of this layer and of later ones are used if a model has at least twice as many layers; in
 * smaller models, those of the upper two thirds.
 */
const FIRST_LAYER = 10

export const truthfulness: ExperimentOf<TruthfulnessOptions> = {
  title: 'Masking of misinformation',
  paper: 'Table 1, section 4.1.2, Appendix C',
  description: 'Accuracy without information, with wrong information, and with as many tokens masked by TACS and by DePass.',
  protocols: {
    paper: 'probes of layer 10 and up (in small models the upper two thirds); a token is untruthful where their mean probability is over 1/2; ' +
      'both methods mask the same number of tokens, wherever they stand but for the first special and the last; facts are asked by the template of Appendix C.1.1.',
    reference: 'the same, with TACS’ mask moved by one token where the tokenizer adds a first one, as in the authors’ code, and DePass in reference mode.',
    corrected: 'as in the paper, which is right here.',
  },
  options,
  // Three records of one question stand side by side.
  recordsPerItem: 12,
  trainsProbes: 'always',
  tokensPerRecord: (_asked, { N, L }) => N * (4 + N + L),

  async run(records, { options: { masked, template }, protocol }, model) {
    const probes = truthProbes(model.probes ?? [])
    const rows: Row[] = []
    if (records[0]?.index === 0) rows.push(...probes.map(({ layer, accuracy }) => row({ method: 'probe', layer, metric: 'accuracy', value: accuracy })))
    const { questions, left } = await questionsOf(records, template, model)
    rows.push(...left)
    if (questions.length === 0) return rows
    const said = await predict(questions.flatMap(({ bare, misled, truth }) => [{ ids: bare, target: truth }, { ids: misled, target: truth }]), model)
    const masks = await masksOf(questions, probes, { masked, isReference: protocol === 'reference' }, model)
    const asked = questions.flatMap((question, q) => masks.map(({ method, positions }) => ({
      question, method, ids: question.misled.filter((_, i) => !positions[q]!.includes(i)), count: positions[q]!.length,
    })))
    const after = await predict(asked.map(({ ids, question: { truth } }) => ({ ids, target: truth })), model)
    for (const [q, { record, truth, lie }] of questions.entries()) {
      for (const [method, { next }] of [['none', said[2 * q]!], ['misinformation', said[2 * q + 1]!]] as const) {
        rows.push(row({ record, method, metric: 'right', value: next === truth ? 1 : 0 }))
        rows.push(row({ record, method, metric: 'misled', value: next === lie ? 1 : 0 }))
      }
    }
    for (const [i, { question: { record, truth, lie }, method, count }] of asked.entries()) {
      rows.push(row({ record, method, metric: 'right', value: after[i]!.next === truth ? 1 : 0 }))
      rows.push(row({ record, method, metric: 'misled', value: after[i]!.next === lie ? 1 : 0 }))
      rows.push(row({ record, method, metric: 'masked', value: count }))
    }
    return rows
  },

  refusal(rows) {
    const told = rows.filter(({ method, metric }) => method === 'none' && metric === 'right')
    const accuracy = { right: told.filter(({ value }) => value === 1).length, of: told.length }
    if (accuracy.right >= Math.max(1, accuracy.of / 10)) return null
    return `Without any information the model answers ${saysAccuracy(accuracy)}, so nothing can mislead it; take a model that can do the task, ` +
      'and a dataset with prompts without and with wrong information (TruthfulQA as prompts; or CounterFact with target_new, which the template plain asks in its own words).'
  },

  async report(rows, { seed }) {
    const right = meansOf(rows, 'right', 'depass', seed)
    const misled = new Map(meansOf(rows, 'misled', 'depass', seed).map((each) => [each.method, each.mean]))
    const masked = new Map(meansOf(rows, 'masked', 'depass', seed).map((each) => [each.method, each.mean]))
    const isMisled = new Set(rows.filter(({ method, metric, value }) => method === 'misinformation' && metric === 'misled' && value === 1).map(({ record }) => record))
    const mended = meansOf(rows.filter(({ record }) => isMisled.has(record)), 'right', 'depass', seed)
    const { bars } = await import('./report/heat.ts')
    return [
      {
        heading: 'Accuracy under each setting',
        text: ['The share of questions whose right answer is the model’s first choice.'],
        figures: [bars('Right answers', right.map(({ method, mean }) => ({ name: method, value: mean })), 'share')],
        tables: [
          {
            title: 'Means and 95 % intervals, with the share that says the wrong answer and the tokens masked',
            headings: ['setting', 'right', 'low', 'high', 'misled', 'masked', 'questions'],
            rows: right.map(({ method, mean, low, high, count }) => [method, mean, low, high, misled.get(method) ?? null, masked.get(method) ?? null, count]),
          },
          {
            title: 'Difference from depass on the same questions', headings: ['setting', 'difference', 'low', 'high'],
            rows: right.flatMap(({ method, difference }) => (difference === null ? [] : [[method, difference.mean, difference.low, difference.high]])),
          },
          {
            title: `Of the ${isMisled.size} questions whose wrong answer is given after misinformation`, headings: ['setting', 'right', 'low', 'high', 'questions'],
            rows: mended.map(({ method, mean, low, high, count }) => [method, mean, low, high, count]),
          },
        ],
      },
      await probeSection(rows),
    ]
  },
}

/** The first class must be the untruthful one. */
function truthProbes(probes: readonly Probe[]): readonly Probe[] {
  const labels = probes[0]?.labels.join(', ').toLowerCase()
  if (labels === '0, 1' || labels === 'false, true') return probes
  throw new UserError('BAD_DATASET', `The sentences for the probes are labelled ${labels ?? 'not at all'}; expected 0 for untruthful and 1 for truthful.`)
}

interface Question {
  record: number
  bare: number[]
  misled: number[]
  /** First tokens of the right answer and of the wrong one. */
  truth: number
  lie: number
}

const extraSchema = z.looseObject({
  variant: z.enum(['init', 'correct', 'wrong']).optional(), wrong_option: z.string().optional(), correct_option: z.string().optional(),
  target_new: z.string().optional(), target_false: z.string().optional(),
})

/** Prompts of TruthfulQA in their three variants, or facts of CounterFact with a wrong target. */
async function questionsOf(records: readonly ExperimentRecord[], template: Template, model: ExperimentModel): Promise<{ questions: Question[]; left: Row[] }> {
  const questions: Question[] = []
  const left: Row[] = []
  for (const [i, record] of records.entries()) {
    const extra = extraSchema.safeParse(record.extra).data ?? {}
    if (extra.variant === 'correct' || extra.variant === 'wrong') continue
    const { bareText, wrongText, wrongAnswer } = extra.variant === 'init'
      ? {
          bareText: record.text, wrongText: records.slice(i + 1, i + 3).find((each) => each.extra.variant === 'wrong')?.text,
          wrongAnswer: extra.wrong_option ?? otherOption(extra.correct_option),
        }
      : counterfact(record.text, extra.target_new ?? extra.target_false, template)
    const found = await questionOf({ ...record, text: bareText }, wrongText, wrongAnswer, model)
    if (typeof found === 'string') left.push(row({ record: record.index, method: 'model', metric: LEFT_OUT, text: found }))
    else questions.push(found)
  }
  return { questions, left }
}

/** The wrong answer told as a fact in the question's own words. */
function counterfact(prompt: string, given: string | undefined, template: Template) {
  const wrongAnswer = given?.trim()
  return {
    bareText: factAsked({ prompt }, template),
    wrongText: factAsked({ prompt, information: `${prompt} ${wrongAnswer ?? ''}.` }, template),
    wrongAnswer,
  }
}

/** Questions with two options name the right one by its letter. */
const otherOption = (option: string | undefined): string | undefined => (option === 'A' ? 'B' : option === 'B' ? 'A' : undefined)

async function questionOf(
  { text, answer, index }: ExperimentRecord, wrongText: string | undefined, wrongAnswer: string | undefined, { tokenizer, attributor }: ExperimentModel,
): Promise<Question | string> {
  if (answer === null || wrongAnswer === undefined) return 'the record has no right answer with a wrong one'
  if (wrongText === undefined) return 'the record has no prompt with wrong information'
  try {
    const encode = async (prompt: string) => (await tokenizer.encode(prompt)).map(({ id }) => id)
    const [bare, misled] = [await encode(text), await encode(wrongText)]
    if (misled.length > attributor.model.maxPositions) return `the prompt has ${misled.length} tokens, more than ${attributor.model.maxPositions}`
    const first = async (word: string) => (await tokenizer.encodeAnswer(text, word))[0]!
    const [truth, lie] = [await first(answer), await first(wrongAnswer)]
    return truth === lie ? 'the right and the wrong answer begin with the same token' : { record: index, bare, misled, truth, lie }
  } catch (error) {
    if (isUserError(error)) return error.message
    throw error
  }
}

interface MaskOptions {
  masked: number | null
  isReference: boolean
}

/** Positions that each method takes out, by question. */
async function masksOf(
  questions: readonly Question[], probes: readonly Probe[], { masked, isReference }: MaskOptions, model: ExperimentModel,
): Promise<{ method: string; positions: number[][] }[]> {
  const { L } = model.passes.model.config
  const first = L >= 2 * FIRST_LAYER ? FIRST_LAYER : Math.ceil(L / 3)
  const used = probes.filter(({ layer }) => layer > first)
  const beginning = model.tokenizer.beginningOfSequence
  const chances = await untruthfulChances(questions, used, model)
  const candidates = questions.map(({ misled }) => removable({ ids: misled }, beginning))
  const untruthful = questions.map((_, q) => candidates[q]!.filter((i) => chances[q]![i]! > 0.5))
  const counts = questions.map((_, q) => Math.min(masked ?? untruthful[q]!.length, candidates[q]!.length))
  // If the probes call no token untruthful but a number is given, the tokens that they like least are analysed.
  const analysed = questions.map((_, q) => (untruthful[q]!.length > 0 ? untruthful[q]! : ranked(chances[q]!, candidates[q]!).slice(0, counts[q]!)))
  const blamed = await blame(questions, analysed, used, isReference, model)
  const spoken = await logitBlame(questions, isReference, model)
  const top = (scores: readonly Float64Array[]) => questions.map((_, q) => ranked(scores[q]!, candidates[q]!).slice(0, counts[q]!))
  const inInformation = questions.map((question, q) => {
    const [from, to] = informationIn(question)
    return candidates[q]!.filter((i) => i >= from && i < to)
  })
  const shift = isReference && beginning !== null ? 1 : 0
  return [
    { method: 'tacs', positions: top(chances).map((positions) => positions.map((i) => Math.max(0, i - shift))) },
    { method: 'depass', positions: top(blamed) },
    // The question itself stays.
    { method: 'depass-logits', positions: questions.map((_, q) => ranked(spoken[q]!, inInformation[q]!).slice(0, counts[q]!)) },
    { method: 'depass-logits-last', positions: questions.map((_, q) => (counts[q]! === 0 ? [] : ranked(spoken[q]!, inInformation[q]!).slice(-counts[q]!))) },
  ]
}

/**
 * The place of the information in the misled prompt: between the common beginning and the common end of both prompts.
 */
function informationIn({ misled, bare }: Pick<Question, 'misled' | 'bare'>): [from: number, to: number] {
  let after = 0
  while (after < bare.length && bare.at(-1 - after) === misled.at(-1 - after)) after++
  let before = 0
  while (before < bare.length - after && bare[before] === misled[before]) before++
  return [before, misled.length - after]
}

/** [N] by question: the mean probability of the probes' first class (untruthful) at each token. */
async function untruthfulChances(questions: readonly Question[], probes: readonly Probe[], { passes, signal }: ExperimentModel): Promise<Float64Array[]> {
  const { D } = passes.model.config
  const passages = questions.map(({ misled }): Passage => ({
    tokenIds: misled, splits: [],
    reads: probes.map(({ layer }) => ({ site: { layer, name: 'resid_pre' as const }, positions: misled.map((_, i) => i) })),
  }))
  const results = await passes.run(passages, { ...(signal && { signal }) })
  return results.map(({ reads }, q) => Float64Array.from(questions[q]!.misled, (_, i) => {
    const each = probes.map((probe, p) => classify(probe, reads[p]!.x.subarray(i * D, (i + 1) * D))[0]!)
    return each.reduce((sum, chance) => sum + chance, 0) / Math.max(1, each.length)
  }))
}

/** [N] by question: contributions of each token to the untruthful direction, averaged over the tokens analysed and the layers. */
async function blame(
  questions: readonly Question[], analysed: readonly (readonly number[])[], probes: readonly Probe[], isReference: boolean, model: ExperimentModel,
): Promise<Float64Array[]> {
  const { passes, tokenizer, signal } = model
  const mode = isReference ? 'reference' : 'corrected'
  const excludeFirst = excludesFirst({ mode, rule: 'softmax' }, tokenizer)
  const scores = questions.map(({ misled }) => new Float64Array(misled.length))
  const asked = questions.flatMap((_, q) => (analysed[q]!.length === 0 ? [] : [q]))
  const passages = asked.map((q): Passage => {
    const positions = [...analysed[q]!].sort((a, b) => a - b)
    const tokenIds = questions[q]!.misled.slice(0, positions.at(-1)! + 1)
    return {
      tokenIds, promptLength: questions[q]!.misled.length,
      splits: splitsOf({ by: 'token', layer: 0 }, { config: passes.model.config, mode, N: tokenIds.length, isRead: () => true, excludeFirst }),
      reads: probes.map(({ layer }) => ({ site: { layer, name: 'resid_pre' as const }, positions })),
    }
  })
  const results = await passes.run(passages, { mode, ...(signal && { signal }) })
  for (const [a, { reads }] of results.entries()) {
    const q = asked[a]!
    for (const [p, read] of reads.entries()) {
      const start = read.starts[0]!
      for (const [m, { kind, index }] of start.components.entries()) {
        if (kind !== 'token') continue
        for (let at = 0; at < analysed[q]!.length; at++) {
          // Subtracted, because the probes' row speaks for the second class, which is the truthful one.
          scores[q]![index]! -= dot(rowOfStart(start, m, read, at), probes[p]!.weights[0]!) / (analysed[q]!.length * reads.length)
        }
      }
    }
  }
  return scores
}

/** [N] by question: each token's share of the wrong answer's logit minus the right one's. */
async function logitBlame(questions: readonly Question[], isReference: boolean, { attributor, tokenizer, signal }: ExperimentModel): Promise<Float64Array[]> {
  const mode = isReference ? 'reference' : 'corrected'
  const results = await attributor.attribute(questions.map(({ misled, lie, truth }) => attributor.prepare({
    tokenIds: misled, position: misled.length - 1, target: { type: 'logitDifference', tokenId: lie, minusTokenId: truth },
    partition: { by: 'token', layer: 0 }, mode, rule: 'softmax', temperature: DEFAULT_TEMPERATURE,
    excludeFirst: excludesFirst({ mode, rule: 'softmax' }, tokenizer),
  })), { ...(signal && { signal }) })
  return results.map(({ contributions }, q) => {
    const scores = new Float64Array(questions[q]!.misled.length)
    for (const { component, score } of contributions) if (component.kind === 'token') scores[component.index] = score
    return scores
  })
}
