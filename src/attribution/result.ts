/** An attribution result: every component's share of the target, and how well the shares add up. */
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
  /** The position at which a feature fires, or that an error or the rest of a feature split belongs to. */
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

/** One token of an answer, attributed at the position that predicts it. */
export interface AnswerToken {
  tokenId: number
  text: string
  /** The position that predicts it. */
  position: number
  /** Its logit. */
  value: number
  probability: number
  /** The completeness error of this token's scores. */
  completenessError: number
  /** In component order, like the contributions, which are the sums over the tokens. */
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
   * |Σ score − value| ÷ max(|value|, largest |score|): 0 if the scores sum exactly to the value. If a partition has
   * several starts (heads of all layers), the largest error of them.
   */
  completenessError: number
  /** In component order. */
  contributions: Contribution[]
  /** The model's own prediction where the target is read; absent if it was not computed. */
  prediction?: Prediction
  /** For a whole answer as target: each of its tokens. Their values and scores sum to the target's. */
  answer?: AnswerToken[]
  /** In component order; absent unless requested. */
  decoded?: DecodedComponent[]
  /**
   * The tokens that the model ranks first at the position, best first, as many as are decoded for each component; absent
   * if `decoded` is.
   */
  candidates?: Candidate[]
  /** Wall time of the sweep, divided by the number of results that shared it. */
  milliseconds: number
}

/** What the head decodes from a component alone (the paper's tables of decoded tokens). */
export interface DecodedComponent {
  component: Component
  /** The largest logits, best first. */
  tokens: { id: number; text: string; logit: number }[]
}
