/** The kinds of component in a decomposition. The enums of GraphQL and SQL are tested against this list. */
export const componentKinds = [
  'token',
  'group',
  'head',
  'neuron',
  /** The stream that enters a split sublayer. */
  'residual',
  /** A whole sublayer's output. */
  'attention',
  'mlp',
  /** The part of the stream inside a subspace, and the part outside. */
  'inside',
  'outside',
  /** Everything that a neuron split does not name. In a feature split: the position's features that it does not name. */
  'rest',
  /** One feature of a feature set. */
  'feature',
  /** At a position, what a feature set fails to reconstruct. */
  'error',
  /** A transcoder's linear path at a position. */
  'skip',
  /** The stream beside a sublayer whose output is split into features. */
  'stream',
  /** What a feature set adds whether or not any feature fires. */
  'sae_bias',
  /** Every bias met on the way. It exists only where the model has biases. */
  'bias',
] as const
export type ComponentKind = (typeof componentKinds)[number]

/** One component of one split of one sequence. */
export interface SplitComponent {
  kind: ComponentKind
  /** Position, group, head, neuron or feature number; 0 for kinds that occur once. */
  index: number
  /** The position of a feature; null or absent for all positions, and for kinds whose index is a position. */
  position?: number | null
  /** The layer it belongs to; null for what begins at the embedding, and for BIAS. */
  layer: number | null
  /** Before this position the component is 0. */
  first: number
}

/** A component that occurs once in its split and reaches every position. */
export const once = (kind: ComponentKind, layer: number | null): SplitComponent => ({ kind, index: 0, layer, first: 0 })
