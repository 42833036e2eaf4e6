/** What is answered: the target and the model's first choices, as they are and as the changes make them. */
import type { Contribution, ResolvedTarget } from '../attribution/result.ts'
import type { Change } from './change/kinds.ts'

/** What one pass says of the target. */
export interface Side {
  /** The target's value, in its own unit. */
  value: number
  /** Probability of the target token; null for a direction or a feature. */
  probability: number | null
}

export interface TokenSide {
  logit: number
  probability: number
  /** 1 for the model's first choice. */
  rank: number
}

/** A token that is among the first choices of at least one of the passes. */
export interface ShownToken {
  id: number
  text: string
  before: TokenSide
  free: TokenSide
  frozen: TokenSide
}

export interface InterventionResult {
  /** As the unchanged pass has it. */
  target: ResolvedTarget
  /** What was done; of a selection, what it chose. */
  changes: Change[]
  before: Side
  /** Attention looks where the changed stream makes it look. */
  free: Side
  /** Attention looks where it looked before. */
  frozen: Side
  /** Σ of the scores of what was taken out: the fall that the attribution says. null where no attribution says it. */
  predicted: number | null
  /** Whose scores these are, in component order. */
  taken: Contribution[]
  /** By their rank before, then with attention free, then frozen. */
  tokens: ShownToken[]
  /** Wall time of the passes this result came from, divided by the results that shared them. */
  milliseconds: number
}
