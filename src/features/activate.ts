/** The activation rules on the host. */
import type { FeatureSet } from './feature-set.ts'

/** [T, F]. `products`: the input of a gated set's gate before the gate's bias. */
export function activate({ activation, F }: FeatureSet, pre: Float64Array, products: Float64Array): Float64Array {
  switch (activation.kind) {
    case 'relu':
      return pre.map((value) => Math.max(value, 0))
    case 'jumprelu': {
      const { threshold, relu } = activation
      return pre.map((value, at) => (value > threshold[at % F]! ? (relu ? Math.max(value, 0) : value) : 0))
    }
    case 'gated': {
      const { gateBias } = activation
      return pre.map((value, at) => (products[at]! + gateBias[at % F]! > 0 ? Math.max(value, 0) : 0))
    }
    case 'topk': {
      const { k, by, relu } = activation
      const rank = (value: number) => (by === 'magnitude' ? Math.abs(value) : value)
      const limits = Float64Array.from(
        { length: pre.length / F },
        (_, t) =>
          pre
            .slice(t * F, (t + 1) * F)
            .map(rank)
            .sort()[F - k]!,
      )
      return pre.map((value, at) => {
        const kept = rank(value) >= limits[Math.floor(at / F)]!
        return kept ? (relu ? Math.max(value, 0) : value) : 0
      })
    }
    default:
      return activation satisfies never
  }
}

/**
 * [F]: a feature fires if its pre-activation is above this threshold; its activation is then the pre-activation
 * itself. Null for sets whose features compete (top-k). A caller that looks for firing features among pre-activations
 * needs nothing else, which saves an engine the passes over [R, F] that an activation rule takes.
 */
export function firingThresholds({ activation, encoderScale, encoderBias, F }: FeatureSet): Float32Array | null {
  switch (activation.kind) {
    case 'relu':
      return new Float32Array(F)
    case 'jumprelu':
      return activation.relu ? activation.threshold.map((value) => Math.max(value, 0)) : activation.threshold
    // product + gateBias > 0, with product = (pre − bias) / scale and scale = exp(r_mag) > 0.
    case 'gated':
      return activation.gateBias.map((gate, f) => Math.max(0, encoderBias[f]! - (encoderScale?.[f] ?? 1) * gate))
    case 'topk':
      return null
    default:
      return activation satisfies never
  }
}
