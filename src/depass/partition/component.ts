/** What a component of a decomposition can be. The enums of GraphQL and SQL are tested against this list. */
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
  /** What lies inside a subspace, and what outside. */
  'inside',
  'outside',
  /** Everything that a neuron split does not name, and the features of a position that a feature split does not name. */
  'rest',
  /** One feature of a feature set. */
  'feature',
  /** What a feature set does not rebuild of a position. */
  'error',
  /** A transcoder's linear path at a position. */
  'skip',
  /** The stream beside a sublayer whose output is split into features. */
  'stream',
  /** What a feature set adds whatever fires. */
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
  /** The position of a feature; null or absent for all positions, and for kinds whose index says it. */
  position?: number | null
  /** The layer it belongs to; null for what begins at the embedding, and for BIAS. */
  layer: number | null
  /** Before this position the component is 0. */
  first: number
}

/** A component that occurs once in its split and reaches every position. */
export const once = (kind: ComponentKind, layer: number | null): SplitComponent => ({ kind, index: 0, layer, first: 0 })
