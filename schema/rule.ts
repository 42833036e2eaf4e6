import type { Rule as RuleName } from '../src/attribution/request.ts'
import { builder } from './builder.ts'

export const Rule = builder.enumType('Rule', {
  description: "How the output of an MLP's neuron is shared among the components that reach it.",
  values: {
    SOFTMAX: { value: 'softmax', description: 'Softmax of the relevances over the temperature: the method itself.' },
    LINEAR_NORM: { value: 'linear-norm', description: 'The minimum subtracted, divided by the sum.' },
    LINEAR_WEIGHTED: { value: 'linear-weighted', description: "Relevance over the neuron's pre-activation." },
    RELU: { value: 'relu', description: 'Positive relevances only, divided by their sum.' },
    TAYLOR: { value: 'taylor', description: 'Relevance times the slope of the activation through zero.' },
  },
})

const NAMES = ['softmax', 'linear-norm', 'linear-weighted', 'relu', 'taylor'] as const satisfies readonly RuleName[]

/** The database holds rules as text. */
export function readRule(text: string): RuleName {
  const name = NAMES.find((each) => each === text)
  if (!name) throw new Error(`unknown rule in the database: ${text}`)
  return name
}
