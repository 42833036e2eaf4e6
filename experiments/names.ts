/** The names of the experiments, without the code that runs them, for GraphQL, the command line and tables. */

export const experimentNames = [
  'token-faithfulness', 'rules', 'component-masking', 'component-distribution', 'truthfulness', 'language-subspace', 'words', 'cases', 'cost',
] as const
export type ExperimentName = (typeof experimentNames)[number]

/**
 * `paper` follows the paper's text, `reference` its authors' code with what it does beyond the text. `corrected` does
 * what is right where these two are wrong. Each experiment says in its report what differs.
 */
export const protocols = ['paper', 'reference', 'corrected'] as const
export type Protocol = (typeof protocols)[number]
