/** An answer of the API, and what the pictures need of it. */
import {
  AnswerDocument, type AnswerQuery, type AttributeInput, FeatureSharesDocument, type FeatureSharesQuery, StrongestDocument, type StrongestQuery,
} from '../../api/generated.ts'
import { useLarge } from '../../api/use-large.ts'
import { useLatest } from '../../api/use-latest.ts'
import type { Fact } from '../../ui/facts.tsx'
import { count, duration, error as errorText, percent, score, tokenName } from '../../ui/words.ts'

export type FeatureShares = NonNullable<FeatureSharesQuery['attribute']>
export type Answer = NonNullable<AnswerQuery['attribute']> | NonNullable<StrongestQuery['attribute']> | FeatureShares
export type Share = Answer['contributions']['nodes'][number]

export interface Asked {
  answer: Answer | null
  error: unknown
  loading: boolean
}

/** `detail`: all components; only the strongest, if there are too many to show; or features with their labels. */
export function useAnswer(input: AttributeInput | null, detail: 'all' | 'strongest' | 'features' = 'all'): Asked {
  const variables = input && { input }
  const all = useLarge(AnswerDocument, detail === 'all' ? variables : null)
  const best = useLarge(StrongestDocument, detail === 'strongest' ? variables : null)
  // Uses the cache, because a new description changes the labels of features there.
  const features = useLatest(FeatureSharesDocument, detail === 'features' ? variables : null)
  const { data, error, loading } = { all, strongest: best, features }[detail]
  return { answer: data?.attribute ?? null, error, loading }
}

/** The number of starts. A split of every layer has one start per layer, and each start sums to the target. */
export function startsOf({ contributions, partitionKind }: Answer): number {
  // In a feature split the remainders are one component per position, so they do not count starts.
  if (partitionKind === 'FEATURE') return 1
  const streams = contributions.nodes.filter(({ component }) => component.kind === 'RESIDUAL' || component.kind === 'REST').length
  return Math.max(1, streams)
}

/**
 * The bias of the target's own feature set counts once, however many starts there are. Its index tells it from the bias
 * of a split's set.
 */
const isOwnBias = ({ component: { kind, index } }: Share): boolean => kind === 'SAE_BIAS' && index === 1

export function sumOf(answer: Answer): number {
  if ('scores' in answer) return sum(answer.scores)
  const { contributions: { nodes }, tailMass } = answer
  const once = sum(nodes.filter(isOwnBias).map(({ score: share }) => share))
  return once + (sum(nodes.map(({ score: share }) => share)) + tailMass - once) / startsOf(answer)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

/** A larger error is pointed out. */
export const LARGE_ERROR = 1e-4

export function targetName({ target: { type, text, tokenId, minusText, minusTokenId, feature, site } }: Pick<Answer, 'target'>): string {
  if (type === 'FEATURE') return `feature ${feature} of ${site}`
  const name = (own: string | null | undefined, id: number | null | undefined) => (own != null ? tokenName(own) : `#${id}`)
  return minusTokenId == null ? name(text, tokenId) : `${name(text, tokenId)} − ${name(minusText, minusTokenId)}`
}

/** What the value of a target is called. */
export const UNITS: Readonly<Record<string, string>> = { LOGIT: 'logit', LOGIT_DIFFERENCE: 'difference of logits', FEATURE: 'pre-activation', DIRECTION: 'projection' }

export function factsOf(answer: Answer, isWhole: boolean): (Fact | false)[] {
  const { target, completenessError, rule, temperature, mode, engine, milliseconds, componentCount } = answer
  const total = sumOf(answer)
  const starts = startsOf(answer)
  return [
    { name: UNITS[target.type] ?? 'value', value: score(target.value), title: 'The target’s value in the undecomposed pass' },
    target.activation != null && { name: 'activation', value: score(target.activation), title: 'How strongly the feature fires; 0 where it does not' },
    target.probability != null && { name: 'probability', value: percent(target.probability) },
    isWhole && { name: starts > 1 ? 'sum of each layer' : 'sum of shares', value: `${score(total)} of ${score(target.value)}` },
    {
      name: 'relative error', value: errorText(completenessError), bad: completenessError > LARGE_ERROR,
      title: 'How far the shares are from summing to the target’s value; 0 is exact',
    },
    { name: 'components', value: count(componentCount) },
    { name: 'rule', value: rule === 'SOFTMAX' ? `softmax, τ ${temperature}` : rule.toLowerCase().replace('_', '-') },
    mode !== 'CORRECTED' && { name: 'mode', value: mode.toLowerCase() },
    { name: 'computed', value: `${engine}, ${duration(milliseconds)}` },
  ]
}

/** Rows for export. */
export const answerRows = ({ contributions }: Answer) =>
  contributions.nodes.map(({ ordinal, score: share, component: { kind, layer, index, label } }) =>
    [ordinal, kind, layer ?? null, index, label, share] as const)

export const ANSWER_COLUMNS = ['ordinal', 'kind', 'layer', 'index', 'label', 'score'] as const

export const captionOf = (answer: Answer): string =>
  `sum ${score(sumOf(answer))} of ${score(answer.target.value)} (relative error ${errorText(answer.completenessError)})`
