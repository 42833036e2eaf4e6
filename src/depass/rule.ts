/** The settings that change how a pass is decomposed. */

/** How a neuron's output is shared among components: section 3.2 (softmax) and Appendix A. */
export const rules = ['softmax', 'linear-norm', 'linear-weighted', 'relu', 'taylor'] as const
export type Rule = (typeof rules)[number]

/**
 * Does the rule give each component its part of the neuron's whole pre-activation? The parts then add up only if every
 * component takes part, biases included; the other rules divide by the sum over those that do.
 */
export const sharesWhole = (rule: Rule): boolean => rule === 'linear-weighted' || rule === 'taylor'

/**
 * CORRECTED is the published method, with its gaps filled. REFERENCE repeats what the authors' code does beyond the
 * paper.
 */
export const modes = ['corrected', 'reference'] as const
export type Mode = (typeof modes)[number]

/** τ in the authors' code (the paper's text gives none). */
export const DEFAULT_TEMPERATURE = 0.1
