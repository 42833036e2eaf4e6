/**
 * A store as an analyst meets it: two datasets, and runs whose results must not be mixed. All scores are small numbers that
 * a person can add up. The runs are numbered as docs/analysis.md says.
 */
import { resultKey } from '../../src/attribution/key.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import type { Contribution } from '../../src/attribution/result.ts'
import { addDataset } from '../../src/store/datasets.ts'
import { addModel } from '../../src/store/models.ts'
import { savePromptSequences } from '../../src/store/prompt-sequences.ts'
import { pendingPrompts, planItems, startRun } from '../../src/store/runs.ts'
import { saveResults } from '../../src/store/save-results.ts'
import { tokenNamespace, type NewSequence } from '../../src/store/sequences.ts'
import type { Store } from '../../src/store/store.ts'
import { ENGINE, identity, request, result } from './fixtures.ts'

/** More neurons than have rows, so that a split by neuron is kept as a vector. */
export const NEURONS = 300

interface WorldPrompt {
  text: string
  answer: string
  subject?: string
  extra: Record<string, unknown>
  /** Probability of the answer. */
  probability: number
}

const FACTS: readonly WorldPrompt[] = [
  { text: 'Paris is in France', answer: 'today', subject: 'Paris', extra: { relation: 'P17' }, probability: 0.5 },
  { text: 'Roma is in Italy', answer: 'now', subject: 'Roma', extra: { relation: 'P17' }, probability: 0.25 },
  // Two UTF-16 units stand before the subject.
  { text: '🦆 Ada wrote programs', answer: 'first', subject: 'Ada', extra: { relation: 'P106' }, probability: 0.75 },
]
const IOI: readonly WorldPrompt[] = [
  { text: 'Mary and John met', answer: 'Mary', extra: {}, probability: 0.9 },
  { text: 'Anna and Paul met', answer: 'Anna', extra: {}, probability: 0.7 },
]

/** Of every prompt of the facts: the four words' scores, at the embedding and after the first layer. */
const TOKEN_SCORES = [
  [4, 1, 1, 2],
  [2, 0, 0, 2],
  [-1, 3, 0, 2],
] as const
const DEEPER_SCORES = [
  [1, 1, 1, 5],
  [0, 0, 0, 4],
  [0, 0, 0, 4],
] as const
/** L0.H0, L0.H1, L1.H0, L1.H1 of the two prompts. */
const HEAD_SCORES = [
  [1, -2, 0.5, 3],
  [2, -4, 0.5, 1],
] as const

const ADDED_BIAS = 0.5

/** The words of a text as tokens, each with the blank before it; a number for each word that ever occurs. */
function wordsOf(text: string, numbers: Map<string, number>) {
  const tokens: { id: number; text: string; start: number; end: number }[] = []
  let at = 0
  for (const word of text.split(/(?= )/)) {
    const id = numbers.get(word) ?? numbers.size
    numbers.set(word, id)
    tokens.push({ id, text: word, start: at, end: at + word.length })
    at += word.length
  }
  return tokens
}

const part = (kind: Contribution['component']['kind'], index: number, layer: number | null, score: number): Contribution => ({
  component: { kind, index, layer, label: '' }, score,
})

/** What a request is answered with: the numbers above, made to close. */
function contributionsOf(prompt: number, { partition }: AttributionRequest): { value: number; contributions: Contribution[] } {
  const sum = (all: Contribution[]) => all.reduce((total, { score }) => total + score, 0)
  const whole = (contributions: Contribution[]) => ({ value: sum(contributions), contributions })
  switch (partition.by) {
    case 'token': {
      const deeper = partition.layer === 1
      const scores = (deeper ? DEEPER_SCORES : TOKEN_SCORES)[prompt]!
      return whole([...scores.map((score, i) => part('token', i, deeper ? 1 : null, score)), part('bias', 0, null, 0)])
    }
    case 'group':
      // A word as a unit is not the sum of its tokens.
      return whole(TOKEN_SCORES[prompt]!.map((score, g) => part('group', g, null, score + (g === 0 ? 0.5 : 0))))
    case 'head': {
      const scores = HEAD_SCORES[prompt]!
      const value = 10
      const startOf = (layer: number) => {
        const heads = [scores[2 * layer]!, scores[2 * layer + 1]!]
        const rest = value - heads[0]! - heads[1]! - ADDED_BIAS
        return [part('residual', 0, layer, rest), ...heads.map((score, h) => part('head', h, layer, score)), part('bias', 0, null, ADDED_BIAS)]
      }
      return { value, contributions: [...startOf(0), ...startOf(1)] }
    }
    case 'neuron':
      return whole([
        part('rest', 0, 1, 1),
        ...Array.from({ length: NEURONS }, (_, k) => part('neuron', k, 1, k === 7 ? -3 : k / 1024)),
        part('bias', 0, null, 0.25),
      ])
    default:
      throw new Error(`the analyst's world has nothing by ${partition.by}`)
  }
}

export interface AnalystWorld {
  modelId: number
  /** Result ids of each run, in the order of its prompts. */
  results: Record<number, bigint[]>
}

/** Fills an empty database. Runs: 1 facts by token, 2 the same at layer 1, 3 ioi by head, 4 facts by word, 5 facts by neuron. */
export async function makeAnalystWorld(store: Store): Promise<AnalystWorld> {
  const { model } = await addModel(store, { identity: identity({ neurons: NEURONS }), config: {} })
  const { dataset: facts } = await addDataset(store, { slug: 'facts', title: 'Facts', format: 'known', prompts: FACTS.map(recordOf) })
  const { dataset: ioi } = await addDataset(store, { slug: 'ioi', title: 'IOI', format: 'ioi', prompts: IOI.map(recordOf) })
  const results: Record<number, bigint[]> = {}
  const runs = [
    { dataset: facts.id, prompts: FACTS, partition: () => ({ by: 'token', layer: 0 }) },
    { dataset: facts.id, prompts: FACTS, partition: () => ({ by: 'token', layer: 1 }) },
    { dataset: ioi.id, prompts: IOI, partition: () => ({ by: 'head', layer: 'all' }) },
    { dataset: facts.id, prompts: FACTS, partition: () => ({ by: 'group', layer: 0, groups: [[0], [1], [2], [3]] }) },
    { dataset: facts.id, prompts: FACTS, partition: () => ({ by: 'neuron', layer: 1 }) },
  ] satisfies { dataset: number; prompts: readonly WorldPrompt[]; partition: () => AttributionRequest['partition'] }[]
  const numbers = new Map<string, number>()
  for (const { dataset, prompts, partition } of runs) {
    const { by, layer } = partition()
    const { run } = await startRun(store, {
      modelId: model.id, datasetId: dataset, partitionKind: by, mode: 'corrected', rule: 'softmax',
      options: { by, layer, target: 'answer', temperature: 0.1 },
    })
    const pending = await pendingPrompts(store, run.id)
    const items = pending.map(({ promptId, index }) => {
      const prompt = prompts[index]!
      const tokens = wordsOf(prompt.text, numbers)
      const answer = wordsOf(` ${prompt.answer}`, numbers)[0]!
      const asked = request({
        tokenIds: tokens.map(({ id }) => id), position: tokens.length - 1, partition: partition(), target: { type: 'logit', tokenId: answer.id },
      })
      const { value, contributions } = contributionsOf(index, asked)
      const base = result(asked, [0])
      // Where the answer has less than half of the probability, the model would say something else.
      const expected = { tokenId: answer.id, text: answer.text, logit: 2, probability: prompt.probability, rank: prompt.probability < 0.5 ? 2 : 1 }
      const prediction = expected.rank === 1 ? { ...expected, expected } : { tokenId: 98, text: ' never', logit: 3, probability: 0.6, expected }
      const sequence: NewSequence = { tokenizerHash: tokenNamespace(model), tokens }
      return {
        promptId, answer, spans: tokens.map(({ start, end }): [number, number] => [start, end]),
        key: resultKey(model, ENGINE, asked), request: asked, sequence,
        result: {
          ...base, contributions, prediction, completenessError: 10 ** -(6 + index) * 2,
          target: { ...base.target, value, text: answer.text, probability: prompt.probability },
        },
      }
    })
    await savePromptSequences(store, items.map(({ promptId, sequence, spans, answer }) => ({
      promptId, sequence, spans, answer: { tokenId: answer.id, text: answer.text, tokens: 1 },
    })))
    await planItems(store, run.id, items.map(({ promptId, key }) => ({ promptId, key })))
    const saved = await saveResults(store, { model, engine: ENGINE, items })
    results[run.id] = saved.map(({ id }) => id)
  }
  return { modelId: model.id, results }
}

const recordOf = ({ text, answer, subject, extra }: WorldPrompt) => ({ text, answer, ...(subject !== undefined && { subject }), extra })
