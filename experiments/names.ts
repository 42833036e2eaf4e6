/** What experiments there are, without the code that runs them: for GraphQL, the command line and tables alike. */

export const experimentNames = [
  'token-faithfulness', 'rules', 'component-masking', 'component-distribution', 'truthfulness', 'language-subspace', 'words', 'cases', 'cost',
] as const
export type ExperimentName = (typeof experimentNames)[number]

/**
 * PAPER follows the paper's text, REFERENCE its authors' code with what that does beyond the text, CORRECTED what is
 * right where the two are not. Each experiment says in its report what differs.
 */
export const protocols = ['paper', 'reference', 'corrected'] as const
export type Protocol = (typeof protocols)[number]
