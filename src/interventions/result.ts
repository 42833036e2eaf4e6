/** An intervention result: the target and the model's likeliest tokens, before and after the changes. */
import type { Contribution, ResolvedTarget } from '../attribution/result.ts'
import type { Change } from './change/kinds.ts'

/** What one pass gives for the target. */
export interface Side {
  /** The target's value, in its own unit. */
  value: number
  /** Probability of the target token; null for a direction or a feature. */
  probability: number | null
}

export interface TokenSide {
  logit: number
  probability: number
  /** 1 for the model's likeliest token. */
  rank: number
}

/** A token that is among the likeliest of at least one pass. */
export interface ShownToken {
  id: number
  text: string
  before: TokenSide
  free: TokenSide
  frozen: TokenSide
}

export interface InterventionResult {
  /** The target in the unchanged pass. */
  target: ResolvedTarget
  /** The changes that were made; for a selection, what it chose. */
  changes: Change[]
  before: Side
  /** The changed pass, with attention computed anew from the changed stream. */
  free: Side
  /** The changed pass, with attention frozen at the patterns of the unchanged pass. */
  frozen: Side
  /**
   * Σ of the scores of what was taken out: the fall that the attribution predicts. null if no attribution covers a
   * change.
   */
  predicted: number | null
  /** The contributions whose scores these are, in component order. */
  taken: Contribution[]
  /** By rank in the unchanged pass, then with attention free, then with attention frozen. */
  tokens: ShownToken[]
  /** Wall time of the passes this result came from, divided by the results that shared them. */
  milliseconds: number
}
