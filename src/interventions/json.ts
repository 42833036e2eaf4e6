/** An intervention as one JSON object: what `tributary intervene --json` prints and other programs read. */
import { documentTokens, type DocumentToken } from '../tokenizer/document-tokens.ts'
import type { Tokenizer, TokenView } from '../tokenizer/tokenizer.ts'
import type { ModelIdentity } from '../model/identity.ts'
import type { Contribution, ResolvedTarget } from '../attribution/result.ts'
import type { Change } from './change/kinds.ts'
import type { InterventionResult, ShownToken, Side } from './result.ts'

export interface InterventionDocument {
  /** The id it was added with, or its folder's name. */
  model: string
  modelHash: string
  engine: string
  tokens: DocumentToken[]
  target: Pick<ResolvedTarget, 'type' | 'position' | 'tokenId' | 'text' | 'minusTokenId' | 'minusText' | 'layer' | 'feature'>
  /** A direction is the user's own file, and large; the document only has its length. */
  changes: (Exclude<Change, { kind: 'steer' }> | (Omit<Change & { kind: 'steer' }, 'direction'> & { directionWidth?: number }))[]
  before: Side
  /** The two changed passes: attention computed anew, and attention frozen at the unchanged pass. */
  free: Side & { fall: number }
  frozen: Side & { fall: number }
  /** The fall of the value that the attribution predicts: the sum of the scores of what was taken out. */
  predictedFall: number | null
  taken: Contribution[]
  topTokens: ShownToken[]
  milliseconds: number
}

interface AnsweredIntervention {
  result: InterventionResult
  tokens: readonly TokenView[]
  /** Names tokens that have no text. */
  tokenizer: Pick<Tokenizer, 'tokenText'> | null
  model: ModelIdentity
  engine: string
}

export function interventionDocument({ result, tokens, tokenizer, model, engine }: AnsweredIntervention): InterventionDocument {
  const { target, before, free, frozen } = result
  const { type, position, tokenId, text, minusTokenId, minusText, layer, feature } = target
  const withFall = (side: Side) => ({ ...side, fall: before.value - side.value })
  return {
    model: model.name,
    modelHash: model.hash,
    engine,
    tokens: documentTokens(tokens, tokenizer),
    target: { type, position, tokenId, text, minusTokenId, minusText, layer, ...(feature && { feature }) },
    changes: result.changes.map((change) => {
      if (change.kind !== 'steer' || change.direction === undefined) return change
      const { direction, ...rest } = change
      return { ...rest, directionWidth: direction.length }
    }),
    before,
    free: withFall(free),
    frozen: withFall(frozen),
    predictedFall: result.predicted,
    taken: result.taken,
    topTokens: result.tokens,
    milliseconds: result.milliseconds,
  }
}
