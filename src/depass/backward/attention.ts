/**
 * Backward through one layer's attention, as a program. It takes the stream that enters and the cotangent of what
 * attention adds. It gives the cotangent of the stream, and each head's output times its own cotangent (attribution
 * patching, AtP). The forward part is computed again here, so only streams are kept between the two passes.
 *
 * Letters: B sequences of N positions (both fixed numbers, because a tape needs them); D H K G=H/K dh of the model.
 */
import { Binding } from '../../model/bind.ts'
import type { ModelConfig } from '../../model/config.ts'
import { effectiveGain, foldBias, foldNorm, normScale } from '../../model/fold.ts'
import { attentionPattern } from '../../model/pattern.ts'
import type { AttentionWeights } from '../../model/weights.ts'
import type { Taped } from '../../tensor/gradient.ts'
import { compact, need, real, type Program } from '../../tensor/program.ts'
import { RuleTape, type BackwardRule } from './rule-tape.ts'

export interface AttentionBackward {
  rule: BackwardRule
  B: number
  N: number
}

/** Inputs x, cotangent [B, N, D]; outputs stream [B, N, D], heads [B, N, H]. */
export function attentionBackward(
  config: ModelConfig, layer: number, weights: AttentionWeights, { rule, B, N }: AttentionBackward,
): Program {
  const { D, H, K, headWidth } = config
  const G = H / K
  const rope = config.rope[layer] ?? null
  const half = rope === null ? 0 : rope.rotaryWidth / 2
  const binding = new Binding()
  binding.norm('norm', weights.norm)
  for (const name of ['q', 'k', 'v', 'output'] as const) binding.linear(name, weights[name])
  if (weights.qNorm !== null) binding.vector('qNorm', weights.qNorm)
  if (weights.kNorm !== null) binding.vector('kNorm', weights.kNorm)
  if (weights.sinks !== null) binding.vector('sinks', weights.sinks)
  binding.norm('postNorm', weights.postNorm)
  const widths = { q: H * headWidth, k: K * headWidth, v: K * headWidth }

  return {
    name: 'attention backward',
    inputs: {
      x: real(B, N, D), cotangent: real(B, N, D), mask: real(N, N),
      ...(rope === null ? {} : { cos: real(B, N, half), sin: real(B, N, half) }),
    },
    outputs: { stream: 3, heads: 3 },
    weights: binding.weights,
    prepare(ops, w) {
      const norm = binding.normWeights(ops, w, 'norm')
      const matrix = (name: string) => binding.matrix(ops, w, name)
      const maps = (['q', 'k', 'v'] as const).flatMap((name) => [
        [name, foldNorm(ops, config, norm, matrix(name))] as const,
        [`${name}Bias`, foldBias(ops, norm, matrix(name), binding.bias(ops, w, name))] as const,
      ])
      const gain = (name: string) => (w[name] === undefined ? null : effectiveGain(ops, config, w[name]))
      return compact({
        ...Object.fromEntries(maps),
        output: matrix('output'), outputBias: binding.bias(ops, w, 'output'),
        qNorm: gain('qNorm'), kNorm: gain('kNorm'), postNorm: gain('postNorm'), sinks: w.sinks ?? null,
      })
    },
    run(ops, inputs, w) {
      const tape = new RuleTape(ops, rule, { tanhIsGate: false })
      const given = (name: string, shape: readonly number[]) => tape.given(need(inputs, name), shape)
      const weight = (name: string, shape: readonly number[]) => (w[name] === undefined ? null : tape.given(w[name], shape))
      const x = tape.variable(need(inputs, 'x'), [B, N, D])
      const normed = config.preNorms ? tape.mul(x, normScale(tape, config, x)) : x
      const map = (name: 'q' | 'k' | 'v'): Taped<typeof x.value> => {
        const product = tape.matmul(normed, weight(name, [D, widths[name]])!)
        const bias = weight(`${name}Bias`, [1, widths[name]])
        return bias === null ? product : tape.add(product, bias)
      }
      const angles = (name: string) => given(name, [B, N, half])
      const gainShape = (heads: number) => (config.qkNorm?.over === 'all' || config.qkNorm?.gainPerHead
        ? (config.qkNorm.gainPerHead ? [heads, headWidth] : [heads * headWidth]) : [headWidth])
      const [qNorm, kNorm] = [weight('qNorm', gainShape(H)), weight('kNorm', gainShape(K))]
      // Scores are a product of two factors that depend on the stream. So is the mixture: the pattern times the values.
      const pattern = attentionPattern(tape, config, {
        queries: tape.shared(map('q'), 0.25), keys: tape.shared(map('k'), 0.25),
        mask: tape.unsqueeze(given('mask', [N, N]), [0]),
        rotation: rope === null ? null : {
          rope, queryCos: angles('cos'), querySin: angles('sin'), keyCos: angles('cos'), keySin: angles('sin'),
        },
        headNorms: qNorm === null || kNorm === null ? null : { query: qNorm, key: kNorm },
        sinks: weight('sinks', [H]),
      }) // [B, K, G, N, N]
      const values = tape.reshape(tape.shared(map('v'), 0.5), [B, N, K, headWidth])
      const mixed = tape.matmul(pattern, tape.unsqueeze(tape.transpose(values, [0, 2, 1, 3]), [2])) // [B, K, G, N, dh]
      const z = tape.reshape(tape.transpose(mixed, [0, 3, 1, 2, 4]), [B, N, K * G * headWidth])
      let out = tape.matmul(z, weight('output', [H * headWidth, D])!)
      const outputBias = weight('outputBias', [D])
      if (outputBias !== null) out = tape.add(out, outputBias)
      const postGain = weight('postNorm', [D])
      if (postGain !== null) {
        const centred = config.norm.kind === 'layer' ? tape.sub(out, tape.mean(out, -1)) : out
        out = tape.mul(tape.mul(centred, normScale(tape, config, out)), postGain)
      }
      const [stream, zCotangent] = tape.gradients(out, need(inputs, 'cotangent'), [x, z])
      const parts = ops.reshape(ops.mul(z.value, zCotangent!), [B, N, H, headWidth])
      return { stream: stream!, heads: ops.reshape(ops.sum(parts, -1), [B, N, H]) }
    },
  }
}
