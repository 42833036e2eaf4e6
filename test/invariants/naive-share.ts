/** How one neuron is shared among components at one position: section 3.2 and Appendix A, to the letter. */
import type { Rule } from '../../src/depass/rule.ts'
import type { Vector } from './plain-model.ts'

interface Sharing {
  rule: Rule
  temperature: number
  /** Components that take part: any that are there, and BIAS even before anything has entered it. */
  present: boolean[]
  /** The neuron's pre-activation. */
  preActivation: number
}

/** Shares [M] of relevances [M]. Where nothing is relevant the last component that takes part gets all: no token of the future. */
export function shares(relevance: Vector, { rule, temperature, present, preActivation }: Sharing): Vector {
  const among = relevance.filter((_, m) => present[m])
  const last = Math.max(present.lastIndexOf(true), 0)
  switch (rule) {
    case 'softmax': {
      const largest = Math.max(...among)
      return proportional(relevance.map((r, m) => (present[m] ? Math.exp((r - largest) / temperature) : 0)), last)
    }
    case 'linear-norm': {
      const smallest = Math.min(...among)
      return proportional(relevance.map((r, m) => (present[m] ? r - smallest : 0)), last)
    }
    case 'relu':
      return proportional(relevance.map((r, m) => (present[m] ? Math.max(r, 0) : 0)), last)
    case 'linear-weighted':
    case 'taylor':
      return relevance.map((r) => r / preActivation)
  }
}

function proportional(weights: Vector, last: number): Vector {
  const total = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight, m) => (total === 0 ? Number(m === last) : weight / total))
}
