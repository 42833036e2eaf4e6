/** All experiments by name. An experiment is one file beside this one, and one line in each table. */
import { componentMasking, type ComponentMaskingOptions } from './component-masking.ts'
import { cases, type CasesOptions } from './cases.ts'
import { componentDistribution, type ComponentDistributionOptions } from './component-distribution.ts'
import { cost, type CostOptions } from './cost.ts'
import { languageSubspace, type LanguageSubspaceOptions } from './language-subspace.ts'
import { rules, type RulesOptions } from './rules.ts'
import { truthfulness, type TruthfulnessOptions } from './truthfulness.ts'
import { words, type WordsOptions } from './words.ts'
import type { ExperimentOf } from './experiment.ts'
import { experimentNames, type ExperimentName } from './names.ts'
import { tokenFaithfulness, type TokenFaithfulnessOptions } from './token-faithfulness.ts'

/** The options of each, as it reads them. */
interface Options {
  'token-faithfulness': TokenFaithfulnessOptions
  'component-masking': ComponentMaskingOptions
  cases: CasesOptions
  'component-distribution': ComponentDistributionOptions
  cost: CostOptions
  'language-subspace': LanguageSubspaceOptions
  rules: RulesOptions
  truthfulness: TruthfulnessOptions
  words: WordsOptions
}

const table: { readonly [K in ExperimentName]: ExperimentOf<Options[K]> } = {
  'token-faithfulness': tokenFaithfulness,
  'component-masking': componentMasking,
  cases,
  'component-distribution': componentDistribution,
  cost,
  'language-subspace': languageSubspace,
  rules,
  truthfulness,
  words,
}

/** An experiment without its own types. It is given only options that its own schema has read. */
export type Experiment = ExperimentOf<unknown>

// Safe, because each entry is given only options that its own schema has read.
export const experimentOf = (name: ExperimentName): Experiment => table[name] as unknown as Experiment

/** null for a name that this version does not know. */
export const nameOfExperiment = (name: string): ExperimentName | null => experimentNames.find((each) => each === name) ?? null
