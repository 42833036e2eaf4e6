/** What the positions of a sweep look like to attention: who may look where, and how far keys and queries are rotated. */
import type { ModelConfig } from '../model/config.ts'
import { ropeFrequencies } from '../model/config-rope.ts'
import { float32, type HostTensor } from '../tensor/ops.ts'

export interface Positions {
  /** N of the longest track. */
  count: number
  /** mask [N, N], and cos, sin [N, r/2] with rotary positions. */
  inputs: Record<string, HostTensor>
}

/** Far below every score, and finite: a row of nothing but masked places stays a number. */
const MASKED = -1e30

/** For a layer: its sliding window is part of the mask. `N` positions. */
export function positionsOf(config: ModelConfig, layer: number, N: number): Positions {
  const window = config.slidingWindow[layer] ?? Infinity
  const mask = new Float32Array(N * N).fill(MASKED)
  for (let i = 0; i < N; i++) {
    for (let j = Math.max(0, i - window + 1); j <= i; j++) mask[i * N + j] = 0
  }
  return { count: N, inputs: { mask: float32(mask, [N, N]), ...rotation(config, N) } }
}

function rotation({ rope }: ModelConfig, N: number): Record<string, HostTensor> {
  if (rope === null) return {}
  const { inverse, attentionFactor } = ropeFrequencies(rope, N)
  const half = inverse.length
  const cos = new Float32Array(N * half)
  const sin = new Float32Array(N * half)
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < half; j++) {
      cos[i * half + j] = Math.cos(i * inverse[j]!) * attentionFactor
      sin[i * half + j] = Math.sin(i * inverse[j]!) * attentionFactor
    }
  }
  return { cos: float32(cos, [N, half]), sin: float32(sin, [N, half]) }
}
