/** Runs attention backward over many sequences. Sequences of similar length share a program and are padded at their ends. */
import { float32, type HostTensor } from '../../tensor/ops.ts'
import { positionInputs } from '../attention/positions.ts'
import type { LayerPrograms } from '../programs.ts'
import { blocks } from './blocks.ts'
import type { BackwardRule } from './rule-tape.ts'

interface AttentionAsked {
  /** [N·D] */
  x: Float32Array
  cotangent: Float32Array
  N: number
  promptLength: number
}

export interface AttentionGiven {
  /** [N·D] */
  stream: Float32Array
  /** [N·H] */
  heads: Float32Array
}

/** Lengths are rounded up to a multiple of this. */
const LENGTHS = 8
/** Positions of one call. */
const POSITIONS = 512

export async function attentionCotangent(
  programs: LayerPrograms, layer: number, asked: readonly AttentionAsked[], rule: BackwardRule,
): Promise<AttentionGiven[]> {
  const given: AttentionGiven[] = Array(asked.length)
  const byLength = new Map<number, number[]>()
  asked.forEach(({ N }, i) => {
    const padded = Math.ceil(N / LENGTHS) * LENGTHS
    byLength.set(padded, [...(byLength.get(padded) ?? []), i])
  })
  for (const [N, members] of byLength) {
    const sizes = [1, 4, 16, 64].filter((size) => size === 1 || size * N <= POSITIONS)
    for (const { from, size: B, filled } of blocks(members.length, sizes)) {
      const block = members.slice(from, from + filled)
      await runBlock(programs, layer, { asked, block, B, N, rule, given })
    }
  }
  return given
}

async function runBlock(
  programs: LayerPrograms, layer: number,
  { asked, block, B, N, rule, given }: {
    asked: readonly AttentionAsked[]; block: readonly number[]; B: number; N: number; rule: BackwardRule; given: AttentionGiven[]
  },
): Promise<void> {
  const { config } = programs.model
  const { D, H } = config
  const pack = (name: 'x' | 'cotangent'): HostTensor => {
    // Padding comes after a sequence, where causal attention never looks.
    const all = new Float32Array(B * N * D)
    block.forEach((i, b) => all.set(asked[i]![name], b * N * D))
    return float32(all, [B, N, D])
  }
  const lengths = Array.from({ length: B }, (_, b) => asked[block[b] ?? block[0]!]!.promptLength)
  const { inputs } = positionInputs(config, layer, N, lengths)
  const executable = await programs.attentionBackward(layer, { rule, B, N })
  const { stream, heads } = await executable.run({ x: pack('x'), cotangent: pack('cotangent'), ...inputs, ...perSequence(inputs, B, N) })
  block.forEach((i, b) => {
    const own = asked[i]!.N
    const part = (tensor: HostTensor, width: number) => (tensor.data as Float32Array).slice(b * N * width, (b * N + own) * width)
    given[i] = { stream: part(stream!, D), heads: part(heads!, H) }
  })
}

/** Repeats for each sequence the angles that all sequences share. */
function perSequence(inputs: Readonly<Record<string, HostTensor>>, B: number, N: number): Record<string, HostTensor> {
  return Object.fromEntries((['cos', 'sin'] as const).flatMap((name) => {
    const angles = inputs[name]
    if (angles === undefined) return []
    const [A = 1, , half = 0] = angles.shape
    if (A === B) return [[name, angles] as const]
    const all = new Float32Array(B * N * half)
    for (let b = 0; b < B; b++) all.set(angles.data as Float32Array, b * N * half)
    return [[name, float32(all, [B, N, half])] as const]
  }))
}
