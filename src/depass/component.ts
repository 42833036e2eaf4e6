/** What a component of a decomposition can be. */
export type ComponentKind =
  | 'token'
  | 'group'
  | 'head'
  | 'neuron'
  /** The stream that enters a split sublayer. */
  | 'residual'
  /** A whole sublayer's output. */
  | 'attention'
  | 'mlp'
  | 'inside'
  | 'outside'
  /** Everything that a neuron split does not name. */
  | 'rest'
  /** Every bias met on the way; exists only where the model has biases. */
  | 'bias'
