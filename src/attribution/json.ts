/** An attribution as one JSON object: what `tributary attribute --json` prints and other programs read. */
import type { AnswerToken, AttributionResult, Contribution, DecodedComponent, ResolvedTarget, TokenView } from './result.ts'
import type { Partition } from './request.ts'
import type { ModelIdentity } from '../model/identity.ts'
import { documentTokens, type DocumentToken } from '../tokenizer/document-tokens.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'

export interface AttributionDocument {
  /** The id it was added with, or its folder's name. */
  model: string
  modelHash: string
  engine: string
  tokens: DocumentToken[]
  target: {
    type: ResolvedTarget['type']
    position: number
    tokenId: number | null
    text: string | null
    minusTokenId: number | null
    minusText: string | null
    /** The layer whose input a direction reads; null for logits. */
    layer: number | null
    /** Only if the target is a feature. */
    feature?: NonNullable<ResolvedTarget['feature']>
    /** What the scores sum to. */
    value: number
    /** The value, if the target is one token's logit; null otherwise. */
    logit: number | null
    probability: number | null
  }
  /** The model's own answer at that position, and the rank of the expected token. */
  prediction?: NonNullable<AttributionResult['prediction']>
  partition: PartitionDocument
  mode: AttributionResult['mode']
  rule: AttributionResult['rule']
  temperature: number
  excludeFirst: boolean
  completenessError: number
  contributions: Contribution[]
  /**
   * For a whole answer as target: each token with its scores, in the order of `contributions`. The contributions are
   * their sums.
   */
  answer?: { tokenId: number; text: string; position: number; logit: number; probability: number; completenessError: number; scores: number[] }[]
  /** With `top` only: the sum of the contributions left out, so that the scores still add up. */
  omitted?: { components: number; score: number }
  /** With `decode` only, in component order. */
  decoded?: DecodedComponent[]
  milliseconds: number
}

/** A subspace's basis is the user's own file, and large; the document only says how many vectors it had. */
type PartitionDocument = Exclude<Partition, { by: 'subspace' }> | { by: 'subspace'; layer: number; basisVectors: number }

interface AnsweredQuestion {
  result: AttributionResult
  tokens: readonly TokenView[]
  /** Names tokens that have no text. */
  tokenizer: Pick<Tokenizer, 'tokenText'> | null
  model: ModelIdentity
  engine: string
}

/** With `top`, only the components with the largest |score|, largest first. */
export function toDocument(answered: AnsweredQuestion, top?: number): AttributionDocument {
  const { result, tokens, tokenizer, model, engine } = answered
  const { target, partition } = result
  const { contributions, omitted } = selectTop(result.contributions, top)
  return {
    model: model.name,
    modelHash: model.hash,
    engine,
    tokens: documentTokens(tokens, tokenizer),
    target: {
      type: target.type,
      position: target.position,
      tokenId: target.tokenId,
      text: target.text,
      minusTokenId: target.minusTokenId,
      minusText: target.minusText,
      layer: target.layer,
      ...(target.feature && { feature: target.feature }),
      value: target.value,
      logit: target.type === 'logit' ? target.value : null,
      probability: target.probability,
    },
    ...(result.prediction && { prediction: result.prediction }),
    partition:
      partition.by === 'subspace'
        ? { by: 'subspace', layer: partition.layer, basisVectors: partition.basis.length }
        : partition,
    mode: result.mode,
    rule: result.rule,
    temperature: result.temperature,
    excludeFirst: result.excludeFirst,
    completenessError: result.completenessError,
    contributions,
    ...(result.answer && { answer: answerOf(result.answer, result.contributions, contributions) }),
    ...(omitted && { omitted }),
    ...(result.decoded && { decoded: result.decoded }),
    milliseconds: result.milliseconds,
  }
}

/** The tokens of an answer, with the scores of the components that are listed. */
function answerOf(
  answer: readonly AnswerToken[], all: readonly Contribution[], shown: readonly Contribution[],
): NonNullable<AttributionDocument['answer']> {
  const ordinals = new Map(all.map((contribution, ordinal) => [contribution, ordinal]))
  return answer.map(({ value, scores, ...token }) => ({
    ...token, logit: value, scores: shown.map((contribution) => scores[ordinals.get(contribution)!]!),
  }))
}

interface Selection {
  contributions: Contribution[]
  omitted?: { components: number; score: number }
}

/** Component order without `top`; with it by |score|, ties in component order. */
export function selectTop(contributions: readonly Contribution[], top: number | undefined): Selection {
  if (top === undefined) return { contributions: [...contributions] }
  const byMagnitude = [...contributions].sort((a, b) => Math.abs(b.score) - Math.abs(a.score))
  const left = byMagnitude.slice(top)
  return {
    contributions: byMagnitude.slice(0, top),
    omitted: { components: left.length, score: left.reduce((sum, each) => sum + each.score, 0) },
  }
}
