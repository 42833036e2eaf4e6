/** How an attribution was computed: the reading of the method, and the rule by which MLP outputs are shared. */
import { rules, type Rule as RuleName } from '../../src/depass/rule.ts'
import { builder } from '../builder.ts'

export const Mode = builder.enumType('Mode', {
  description: 'Which reading of the method an attribution was computed with.',
  values: {
    CORRECTED: { value: 'corrected', description: 'The method as published and completed: the scores add up.' },
    REFERENCE: {
      value: 'reference',
      description: "What the authors' code does beyond the paper, for comparing numbers.",
    },
  },
})

export const Rule = builder.enumType('Rule', {
  description: "How the output of an MLP's neuron is shared among the components that reach it.",
  values: {
    SOFTMAX: { value: 'softmax', description: 'Softmax of the relevances over the temperature: the method itself.' },
    LINEAR_NORM: { value: 'linear-norm', description: 'The minimum subtracted, divided by the sum.' },
    LINEAR_WEIGHTED: { value: 'linear-weighted', description: "Relevance over the neuron's pre-activation. The first token cannot be excluded under it." },
    RELU: { value: 'relu', description: 'Positive relevances only, divided by their sum.' },
    TAYLOR: { value: 'taylor', description: 'Relevance times the slope of the activation through zero. The first token cannot be excluded under it.' },
  },
})

/** The database holds rules as text. */
export function readRule(text: string): RuleName {
  const name = rules.find((each) => each === text)
  if (!name) throw new Error(`unknown rule in the database: ${text}`)
  return name
}
