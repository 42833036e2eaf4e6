/** Wrong information misleads; does taking out what the attribution blames for it bring the knowledge back? */
import type { Attributor } from '../../src/attribution/attributor.ts'
import { resolveQuestion } from '../../src/attribution/resolve.ts'
import type { Corpus } from '../corpus/corpus.ts'
import { alternatives, informed, isHeldOutClaim } from '../corpus/information.ts'
import { quoted } from '../corpus/facts.ts'
import { Random } from '../random.ts'
import type { Predictor } from './predict.ts'

const SEED = 6
const PROMPTS = 200

export interface MisinformationFigures {
  count: number
  /** Right answers, first token. */
  noInformation: number
  wrongInformation: number
  /** Answers that are the wrong information. */
  misled: number
  /** Right answers of the misled, with the two tokens dropped that speak most for the wrong answer, or least. */
  mended: number
  mendedByLast: number
}

export async function misinformation(attributor: Attributor, predictor: Predictor, corpus: Corpus): Promise<MisinformationFigures> {
  const { tokenizer } = attributor
  if (tokenizer === null) throw new Error('the demo model has a tokenizer')
  const random = new Random(SEED)
  const claims = corpus.facts.flatMap((fact) =>
    alternatives(corpus.facts, fact).filter((claim) => isHeldOutClaim(fact, claim)).map((claim) => ({ fact, claim })))
  const first = (prompt: string, answer: string) => tokenizer.encodeAnswer(prompt, answer)[0]!
  const encode = (text: string) => tokenizer.encode(text).map(({ id }) => id)
  const cases = random.some(claims, PROMPTS).map(({ fact, claim }) => {
    const { prompt } = informed(random, fact, claim)
    const bare = quoted(fact, 'en')
    return { prompt, ids: encode(prompt), bare: encode(bare), truth: first(bare, fact.answer.en), lie: first(bare, claim) }
  }).filter(({ truth, lie }) => truth !== lie)
  const without = await predictor.predict(cases.map(({ bare }) => ({ ids: bare })))
  const withIt = await predictor.predict(cases)
  const misled = cases.filter(({ lie }, i) => withIt[i]!.id === lie)
  const blame = await attributor.attribute(misled.map(({ prompt, lie, truth }) =>
    resolveQuestion({ text: prompt, target: `#${lie}`, minus: `#${truth}`, by: 'token' }, attributor).request))
  const order = blame.map(({ contributions }, i) => {
    // Only the information is taken out, never the question that follows it.
    const end = misled[i]!.ids.length - misled[i]!.bare.length + 1
    return contributions.filter(({ component }) => component.kind === 'token' && component.index > 0 && component.index < end)
      .sort((a, b) => b.score - a.score).map(({ component }) => component.index)
  })
  const after = async (take: (positions: readonly number[]) => readonly number[]) => {
    const said = await predictor.predict(misled.map(({ ids }, i) => ({ ids: ids.filter((_, at) => !take(order[i]!).includes(at)) })))
    return said.filter(({ id }, i) => id === misled[i]!.truth).length
  }
  const right = (predictions: readonly { id: number }[]) => predictions.filter(({ id }, i) => id === cases[i]!.truth).length
  return {
    count: cases.length, noInformation: right(without), wrongInformation: right(withIt), misled: misled.length,
    mended: await after((positions) => positions.slice(0, 2)), mendedByLast: await after((positions) => positions.slice(-2)),
  }
}
