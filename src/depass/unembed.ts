/** The language model's head as a program: normed rows [P, D] → logits [P, V], before any soft cap (eq. 17). */
import { Binding } from '../model/bind.ts'
import type { ModelConfig } from '../model/config.ts'
import type { WeightRef } from '../model/weights.ts'
import { need, real, type Program } from '../tensor/program.ts'

export function unembedProgram(config: ModelConfig, head: WeightRef): Program {
  const binding = new Binding()
  binding.linear('head', { weight: head, bias: null })
  return {
    name: 'unembed',
    inputs: { rows: real('P', config.D) },
    outputs: { logits: 2 },
    weights: binding.weights,
    prepare: (ops, w) => ({ head: binding.matrix(ops, w, 'head') }),
    run: (ops, inputs, w) => ({ logits: ops.matmul(need(inputs, 'rows'), need(w, 'head')) }),
  }
}
