/**
 * The positions of a sweep for attention: which positions a query may attend to, and how far queries and keys are
 * rotated.
 */
import type { ModelConfig } from '../../model/config.ts'
import { dependsOnLength, ropeFrequencies, type RopeConfig } from '../../model/rope/rope.ts'
import { float32, type HostTensor } from '../../tensor/ops.ts'

export interface Positions {
  /** N of the longest track. */
  count: number
  /** Each track has angles of its own; otherwise all tracks share the angles of their positions. */
  ownAngles: boolean
  /**
   * mask [N, N]; with rotary positions also cos, sin [A, N, r/2], where A is the number of tracks, or 1 if they share
   * angles.
   */
  inputs: Record<string, HostTensor>
}

/** Far below every score, but finite, so that the softmax of a fully masked row is still a number. */
export const MASKED = -1e30

/**
 * The inputs for one layer, whose sliding window is part of the mask. `N` positions are carried. `promptLengths` holds
 * the number of tokens of each track's prompt, on which some rotations depend.
 */
export function positionInputs(
  config: ModelConfig, layer: number, N: number, promptLengths: readonly number[],
): Positions {
  const window = config.slidingWindow[layer] ?? Infinity
  const mask = new Float32Array(N * N).fill(MASKED)
  for (let i = 0; i < N; i++) {
    for (let j = Math.max(0, i - window + 1); j <= i; j++) mask[i * N + j] = 0
  }
  const rope = config.rope[layer] ?? null
  const ownAngles = rope !== null && dependsOnLength(rope)
  const angles = rope === null ? {} : rotation(rope, N, ownAngles ? promptLengths : [N])
  return { count: N, ownAngles, inputs: { mask: float32(mask, [N, N]), ...angles } }
}

function rotation(rope: RopeConfig, N: number, lengths: readonly number[]): Record<string, HostTensor> {
  const half = rope.rotaryWidth / 2
  const cos = new Float32Array(lengths.length * N * half)
  const sin = new Float32Array(lengths.length * N * half)
  for (const [t, length] of lengths.entries()) {
    const { inverse, attentionFactor } = ropeFrequencies(rope, length)
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < half; j++) {
        const at = (t * N + i) * half + j
        cos[at] = Math.cos(i * inverse[j]!) * attentionFactor
        sin[at] = Math.sin(i * inverse[j]!) * attentionFactor
      }
    }
  }
  const shape = [lengths.length, N, half]
  return { cos: float32(cos, shape), sin: float32(sin, shape) }
}

/** Whether two layers have the same position inputs, so that a plan made for one serves the other. */
export function alikePositions(config: ModelConfig, layer: number, other: number): boolean {
  return config.slidingWindow[layer] === config.slidingWindow[other] && config.rope[layer] === config.rope[other]
}
