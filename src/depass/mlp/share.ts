/**
 * How a neuron's output is shared among the components of one position (eq. 14; alternatives of Appendix A).
 *
 * Q groups of M places share I neurons each. An absent place (`present` 0) holds a copy of some present place's relevance,
 * so that it changes neither the maximum nor the minimum. Masking the large tensor instead would cost a fifth of the pass.
 */
import { SMALLEST_NORMAL, type Ops } from '../../tensor/ops.ts'
import type { Mode, Rule } from '../rule.ts'

export interface ShareInputs<T> {
  /** [Q, M, I], divided by τ */
  relevance: T
  /** [Q, 1, M]: 1 where the place takes part */
  present: T
  /** [Q, 1, M]: 1 at the place that gets everything if every relevance is 0 */
  fallback: T
  /** [Q, 1, M]: 1 where the relevance is set to 1; null if it never is */
  forced: T | null
  /** [Q, 1, I]: what is shared, the neurons' activations of the stream */
  activation: T
  /** [Q, 1, I]: the neurons' pre-activations of the stream, divided by τ */
  preActivation: T
  /** [1] */
  temperature: T
}

/** Share × activation, [Q, M, I]; the values at absent places are meaningless. */
export function shareOut<T>(ops: Ops<T>, rule: Rule, mode: Mode, given: ShareInputs<T>): T {
  const inputs = { ...given, relevance: withForced(ops, given) }
  const { relevance, activation } = inputs
  switch (rule) {
    case 'softmax':
      return mode === 'reference' ? referenceSoftmax(ops, inputs) : softmax(ops, inputs)
    case 'linear-norm':
      return proportional(ops, inputs, ops.sub(relevance, ops.min(relevance, 1)))
    case 'relu':
      return proportional(ops, inputs, ops.relu(relevance))
    case 'linear-weighted':
    case 'taylor': {
      // Both rules give relevance · (activation ÷ pre-activation): act(g)/g is Taylor's coefficient at frozen activations.
      const zero = ops.smallerThan(inputs.preActivation, SMALLEST_NORMAL)
      const coefficient = ops.div(ops.mul(activation, not(ops, zero)), ops.add(inputs.preActivation, zero))
      return ops.mul(relevance, coefficient)
    }
  }
}

function softmax<T>(ops: Ops<T>, { relevance, present, activation }: ShareInputs<T>): T {
  const e = ops.exp(ops.sub(relevance, ops.max(relevance, 1)))
  return ops.mul(e, ops.div(activation, ops.matmul(present, e)))
}

/** Shares proportional to a non-negative weight; if all weights are 0, the fallback place gets everything. */
function proportional<T>(ops: Ops<T>, { present, fallback, activation }: ShareInputs<T>, weight: T): T {
  const total = ops.matmul(present, weight)
  const none = ops.smallerThan(total, SMALLEST_NORMAL)
  const shared = ops.mul(weight, ops.div(ops.mul(activation, not(ops, none)), ops.add(total, none)))
  return ops.add(shared, ops.mul(column(ops, fallback), ops.mul(activation, none)))
}

/** What the authors' code does, to the letter: it tests the relevance itself instead of which components are present. */
function referenceSoftmax<T>(ops: Ops<T>, inputs: ShareInputs<T>): T {
  const { present, fallback, activation, temperature } = inputs
  const last = column(ops, fallback)
  let r = ops.mul(inputs.relevance, temperature)
  const negligible = ops.mul(last, ops.smallerThan(r, REFERENCE_NEGLIGIBLE))
  r = ops.mul(ops.mul(r, not(ops, negligible)), column(ops, present))
  const zero = ops.smallerThan(r, SMALLEST_NORMAL)
  const scaled = ops.where(zero, ops.scalar(-1e30), ops.div(r, temperature))
  const e = ops.mul(ops.exp(ops.sub(scaled, ops.max(scaled, 1))), not(ops, zero))
  const total = ops.sum(e, 1)
  const none = ops.smallerThan(total, SMALLEST_NORMAL)
  const share = ops.add(ops.div(e, ops.add(total, none)), ops.mul(last, none))
  return ops.mul(share, activation)
}

/**
 * If the authors' code excludes the first component elsewhere, it sets that component's relevance at the first position
 * to 1.
 */
function withForced<T>(ops: Ops<T>, { relevance, forced, temperature }: ShareInputs<T>): T {
  if (forced === null) return relevance
  const flags = column(ops, forced)
  return ops.add(ops.mul(relevance, not(ops, flags)), ops.div(flags, temperature))
}

/** The authors' code zeroes relevances of the last component below this. */
const REFERENCE_NEGLIGIBLE = 1e-5

const not = <T>(ops: Ops<T>, flag: T): T => ops.sub(ops.scalar(1), flag)
/** [Q, 1, M] → [Q, M, 1] */
const column = <T>(ops: Ops<T>, flags: T): T => ops.transpose(flags, [0, 2, 1])
