/**
 * The router of a mixture of experts: it decides which experts a position is given to, and with which weights. Both are
 * frozen in the decomposed pass, like attention patterns.
 */
import { Binding } from '../../model/bind.ts'
import type { Experts, ModelConfig } from '../../model/config.ts'
import { foldBias, foldNorm, preNormScale } from '../../model/fold.ts'
import type { RouterWeights } from '../../model/weights.ts'
import { compact, need, real, type Program } from '../../tensor/program.ts'

/** Rows x [X, D] of what the MLP's norm reads → logits [X, E]. */
export function routerProgram(config: ModelConfig, { norm: normWeights, router }: RouterWeights): Program {
  const binding = new Binding()
  binding.norm('norm', normWeights)
  binding.linear('router', router)
  return {
    name: 'router',
    inputs: { rows: real('X', config.D) },
    outputs: { logits: 2 },
    weights: binding.weights,
    prepare(ops, w) {
      const norm = binding.normWeights(ops, w, 'norm')
      const matrix = binding.matrix(ops, w, 'router')
      return compact({
        router: foldNorm(ops, config, norm, matrix),
        bias: foldBias(ops, norm, matrix, binding.bias(ops, w, 'router')),
      })
    },
    run(ops, inputs, w) {
      const rows = need(inputs, 'rows')
      const logits = ops.matmul(ops.mul(rows, preNormScale(ops, config, rows)), need(w, 'router'))
      return { logits: w.bias === undefined ? logits : ops.add(logits, w.bias) }
    },
  }
}

export interface ChosenExpert {
  expert: number
  /** Multiplies the expert's output. */
  weight: number
}

/**
 * The experts with the largest logits [E], largest first; among equal logits the expert with the lower number comes
 * first.
 */
export function chooseExperts(logits: Float32Array, { chosen, normalised }: Experts): ChosenExpert[] {
  const byLogit = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b)
  const taken = byLogit.slice(0, chosen)
  const largest = logits[taken[0]!]!
  const power = (expert: number) => Math.exp(logits[expert]! - largest)
  const total = (normalised ? taken : byLogit).reduce((sum, expert) => sum + power(expert), 0)
  return taken.map((expert) => ({ expert, weight: power(expert) / total }))
}
