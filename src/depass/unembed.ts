/**
 * The language model's head as a program: normed rows [P, D] → logits [P, V], before any soft cap (eq. 17). Only a few
 * rows of each sequence go through it, so folding its weights pays in small models only.
 */
import { Binding } from '../model/bind.ts'
import type { ModelConfig } from '../model/config.ts'
import type { WeightForm } from '../model/fold.ts'
import type { WeightRef } from '../model/weight-ref.ts'
import { need, real, type Program } from '../tensor/program.ts'

export function unembedProgram(config: ModelConfig, head: WeightRef, form: WeightForm): Program {
  const binding = new Binding()
  binding.linear('head', { weight: head, bias: null })
  return {
    name: 'unembed',
    inputs: { rows: real('P', config.D) },
    outputs: { logits: 2 },
    weights: binding.weights,
    takesWeightsAsStored: form === 'stored',
    prepare: (ops, w) => ({ head: binding.matrix(ops, w, 'head') }),
    run: (ops, inputs, w) => ({ logits: ops.matmul(need(inputs, 'rows'), need(w, 'head')) }),
  }
}
