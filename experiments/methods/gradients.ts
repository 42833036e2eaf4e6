/**
 * Scores of tokens by derivatives of the target's logit with respect to the stream before the first layer, which is the sum
 * of token and (where a model adds them) position embeddings. N positions, D residual width.
 */
import { gradientsOf, type Gradients } from '../../src/depass/backward/run.ts'
import type { BackwardRule } from '../../src/depass/backward/rule-tape.ts'
import type { ExperimentModel } from '../experiment.ts'
import type { Prompt } from '../prompts.ts'
import { seeded } from '../random.ts'

/** Midpoints of integrated gradients. */
export const INTEGRATION_STEPS = 32
/** Samples of gradient SHAP. */
const SHAP_SAMPLES = 16
/** Noise of gradient SHAP, as a share of the embeddings' own size (root mean square). */
const SHAP_NOISE = 0.1

/** Σ over D of input × derivative, for each position. */
export function inputTimesGradient({ input, gradient }: Pick<Gradients, 'input' | 'gradient'>, N: number): Float64Array {
  const D = input.length / N
  return Float64Array.from({ length: N }, (_, i) => {
    let total = 0
    for (let at = i * D; at < (i + 1) * D; at++) total += input[at]! * gradient[at]!
    return total
  })
}

/** The length of input ⊙ derivative, for each position: what the paper's tables call the norm. */
export function normOfInputTimesGradient({ input, gradient }: Pick<Gradients, 'input' | 'gradient'>, N: number): Float64Array {
  const D = input.length / N
  return Float64Array.from({ length: N }, (_, i) => {
    let total = 0
    for (let at = i * D; at < (i + 1) * D; at++) total += (input[at]! * gradient[at]!) ** 2
    return Math.sqrt(total)
  })
}

export const promptGradients = (
  prompts: readonly Prompt[], { passes, signal }: ExperimentModel, rule: BackwardRule = 'gradient',
): Promise<Gradients[]> =>
  gradientsOf(passes, prompts.map(({ ids, target }) => ({ tokenIds: ids, target })), { rule, signal })

/** Sundararajan et al. 2017: from embeddings of zeros to the prompt's own, by the midpoint rule. */
export async function integratedGradients(
  prompts: readonly Prompt[], { passes, signal }: ExperimentModel, steps = INTEGRATION_STEPS,
): Promise<Float64Array[]> {
  const shares = Array.from({ length: steps }, (_, k) => (k + 0.5) / steps)
  const questions = prompts.flatMap(({ ids, target }) => shares.map((share) => ({
    tokenIds: ids, target, change: (x: Float32Array) => x.forEach((value, d) => (x[d] = share * value)),
  })))
  const answers = await gradientsOf(passes, questions, { signal })
  return prompts.map(({ ids }, p) => {
    const scores = new Float64Array(ids.length)
    for (const [k, share] of shares.entries()) {
      // `input` is scaled by the step, but the integral needs the whole input, so it is divided by the scale.
      const each = inputTimesGradient(answers[p * steps + k]!, ids.length)
      each.forEach((score, i) => (scores[i]! += score / share / steps))
    }
    return scores
  })
}

/** Lundberg and Lee 2017: expected gradients from zeros to the prompt's embeddings with noise, at random places between. */
export async function gradientShap(
  prompts: readonly Prompt[], { passes, signal }: ExperimentModel, seed: number,
): Promise<Float64Array[]> {
  const { D } = passes.model.config
  // Noisy embeddings [N·D] of the pass, before they were scaled towards zero.
  const noisy: Float32Array[] = []
  const questions = prompts.flatMap(({ ids, target, record }) => Array.from({ length: SHAP_SAMPLES }, (_, sample) => {
    const random = seeded(seed, 'gradient shap', record.index, sample)
    const share = random.uniform()
    const noise = Float64Array.from({ length: ids.length * D }, () => random.normal())
    const own = new Float32Array(ids.length * D)
    noisy.push(own)
    const change = (x: Float32Array, position: number) => {
      let square = 0
      for (const value of x) square += value * value
      const size = SHAP_NOISE * Math.sqrt(square / D)
      for (let d = 0; d < D; d++) {
        own[position * D + d] = x[d]! + size * noise[position * D + d]!
        x[d] = share * own[position * D + d]!
      }
    }
    return { tokenIds: ids, target, change }
  }))
  const answers = await gradientsOf(passes, questions, { signal })
  return prompts.map(({ ids }, p) => {
    const scores = new Float64Array(ids.length)
    for (let sample = 0; sample < SHAP_SAMPLES; sample++) {
      const at = p * SHAP_SAMPLES + sample
      const each = inputTimesGradient({ input: noisy[at]!, gradient: answers[at]!.gradient }, ids.length)
      each.forEach((score, i) => (scores[i]! += score / SHAP_SAMPLES))
    }
    return scores
  })
}
