/** What is answered: every component's share of the target, and how well the shares add up. */
import type { ComponentKind } from '../depass/component.ts'
import type { Mode, Rule } from '../depass/rule.ts'
import type { Partition } from './request.ts'

export type { ComponentKind }

export interface Component {
  kind: ComponentKind
  /** Position, group number, head or neuron number within its layer; 0 for kinds that occur once. */
  index: number
  /** The layer the component belongs to; null for tokens and groups at the embedding and for `bias` of such splits. */
  layer: number | null
  /** What a person reads: the token's text, `L3.H5`, `BIAS` … */
  label: string
}

export interface Contribution {
  component: Component
  /** Same unit as the target's value (a logit, or the direction's projection). */
  score: number
}

export interface ResolvedTarget {
  type: 'logit' | 'logitDifference' | 'direction'
  position: number
  /** null for a direction */
  tokenId: number | null
  text: string | null
  minusTokenId: number | null
  minusText: string | null
  /** The layer whose input is read; null for logits. */
  layer: number | null
  /** The target's value in the undecomposed pass; the scores of one start sum to it. */
  value: number
  /** softmax probability of `tokenId` at the position; null for a direction */
  probability: number | null
}

export interface AttributionResult {
  target: ResolvedTarget
  partition: Partition
  mode: Mode
  rule: Rule
  temperature: number
  excludeFirst: boolean
  /**
   * |Σ score − value| ÷ max(|value|, largest |score|): 0 when the sum closes exactly. The largest over the starts
   * when a partition has several (heads of all layers).
   */
  completenessError: number
  /** In component order. */
  contributions: Contribution[]
  /** In component order; absent unless asked for. */
  decoded?: DecodedComponent[]
  /** Wall time of the sweep this result came from, divided by the results that shared it. */
  milliseconds: number
}

/** What a component says on its own when the head decodes it (the paper's tables of decoded tokens). */
export interface DecodedComponent {
  component: Component
  /** The largest logits, best first. */
  tokens: { id: number; text: string; logit: number }[]
}

/** One token of a sequence, with the text it stands for. `start`/`end` are UTF-16 offsets into the prompt, or null. */
export interface TokenView {
  index: number
  id: number
  text: string
  start: number | null
  end: number | null
}
