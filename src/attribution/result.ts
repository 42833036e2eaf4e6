/** What is answered: every component's share of the target, and how well the shares add up. */
import type { ComponentKind } from '../depass/partition/component.ts'
import type { Candidate } from './distribution.ts'
import type { TargetFacts } from './target/kind.ts'
import type { TargetKind } from './target/kinds.ts'
import type { Mode, Rule } from '../depass/rule.ts'
import type { Prediction } from './prediction.ts'
import type { Partition } from './request.ts'

export type { TokenView } from '../tokenizer/tokenizer.ts'
export type { ComponentKind }

export interface Component {
  kind: ComponentKind
  /** Position, group number, head or neuron number within its layer; 0 for kinds that occur once. */
  index: number
  /** Where a feature fires, and the position that an error or the rest of a feature split belongs to. */
  position?: number
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

export interface ResolvedTarget extends TargetFacts {
  type: TargetKind
  position: number
  /** The target's value in the undecomposed pass; the scores of one start sum to it. */
  value: number
}

/** One token of an answer, attributed where it is predicted. */
export interface AnswerToken {
  tokenId: number
  text: string
  /** The position that predicts it. */
  position: number
  /** Its logit. */
  value: number
  probability: number
  /** Of its own scores. */
  completenessError: number
  /** In component order, as the contributions, which are the sums over the tokens. */
  scores: number[]
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
  /** The model's own answer where the target is read; absent where whoever computed did not look. */
  prediction?: Prediction
  /** Of a whole answer as target: each of its tokens, whose values and scores sum to the target's. */
  answer?: AnswerToken[]
  /** In component order; absent unless asked for. */
  decoded?: DecodedComponent[]
  /** What the model itself ranks first at the position, best first, as many as were decoded; absent as `decoded` is. */
  candidates?: Candidate[]
  /** Wall time of the sweep this result came from, divided by the results that shared it. */
  milliseconds: number
}

/** What a component says on its own when the head decodes it (the paper's tables of decoded tokens). */
export interface DecodedComponent {
  component: Component
  /** The largest logits, best first. */
  tokens: { id: number; text: string; logit: number }[]
}
