/** Runs an MLP, or a mixture of experts, backward over rows. */
import { neuronsOf } from '../../model/config.ts'
import { float32 } from '../../tensor/ops.ts'
import { chooseExperts } from '../mlp/router.ts'
import type { LayerPrograms } from '../programs.ts'
import { blocks } from './blocks.ts'
import type { BackwardRule } from './rule-tape.ts'

export interface RowAsked {
  /** [D]: what the MLP's norm reads. */
  x: Float32Array
  /** [D]: the cotangent of what is added to the stream. */
  cotangent: Float32Array
}

export interface RowGiven {
  /** [D] */
  stream: Float32Array
  /** For each of the layer's neurons: its activation times its cotangent. */
  neurons: Float32Array
}

/** Rows of one call. */
const ROWS = [8, 64, 512]

export async function plainCotangent(
  programs: LayerPrograms, layer: number, rows: readonly RowAsked[], rule: BackwardRule,
): Promise<RowGiven[]> {
  return runMlp(programs, layer, null, rows, rule)
}

async function runMlp(
  programs: LayerPrograms, layer: number, expert: number | null, rows: readonly RowAsked[], rule: BackwardRule,
): Promise<(RowGiven & { whole: number })[]> {
  const { config } = programs.model
  const { D } = config
  const I = expert === null ? neuronsOf(config, layer) : config.experts!.I
  const given: (RowGiven & { whole: number })[] = []
  for (const { from, size: R, filled } of blocks(rows.length, ROWS)) {
    const block = rows.slice(from, from + filled)
    const executable = await programs.mlpBackward(layer, { rule, R }, expert)
    const outputs = await executable.run({ x: packed(block, 'x', R, D), cotangent: packed(block, 'cotangent', R, D) })
    const part = (name: 'stream' | 'neurons', r: number, width: number) =>
      (outputs[name]!.data as Float32Array).slice(r * width, (r + 1) * width)
    for (let r = 0; r < filled; r++) {
      given.push({ stream: part('stream', r, D), neurons: part('neurons', r, I), whole: outputs.whole!.data[r]! })
    }
  }
  return given
}

function packed(rows: readonly RowAsked[], name: 'x' | 'cotangent', R: number, D: number) {
  const all = new Float32Array(R * D)
  rows.forEach((row, r) => all.set(row[name], r * D))
  return float32(all, [R, D])
}

/**
 * Backward through a mixture: through each chosen expert with its weight, and (for gradients) through the router, whose
 * softmax sets the weights. The choice of experts is a jump without a derivative. LRP takes the weights as given, like
 * all gates.
 */
export async function mixtureCotangent(
  programs: LayerPrograms, layer: number, rows: readonly RowAsked[], rule: BackwardRule,
): Promise<RowGiven[]> {
  const { config } = programs.model
  const { D, experts } = config
  if (experts === null) throw new Error('a model without experts was asked for them')
  const E = experts.count
  const logits = await routerLogits(programs, layer, rows)
  const choices = logits.map((values) => chooseExperts(values, experts))
  const given = rows.map((): RowGiven => ({ stream: new Float32Array(D), neurons: new Float32Array(E * experts.I) }))
  // [E] of each row: the derivative of the target with respect to the expert's weight.
  const moved = rows.map(() => new Float64Array(E))
  for (let expert = 0; expert < E; expert++) {
    const members = rows.flatMap(({ x, cotangent }, r) => choices[r]!.filter((choice) => choice.expert === expert)
      .map(({ weight }) => ({ r, weight, x, cotangent: cotangent.map((value) => value * weight) })))
    if (members.length === 0) continue
    const parts = await runMlp(programs, layer, expert, members, rule)
    for (const [m, { r, weight }] of members.entries()) {
      const { stream, neurons, whole } = parts[m]!
      for (let d = 0; d < D; d++) given[r]!.stream[d]! += stream[d]!
      given[r]!.neurons.set(neurons, expert * experts.I)
      moved[r]![expert] = weight === 0 ? 0 : whole / weight
    }
  }
  if (rule === 'lrp') return given
  const asked = rows.map(({ x }, r) => {
    const shares = sharesOf(logits[r]!, choices[r]!.map(({ expert }) => expert), experts.normalised)
    const chosen = new Set(choices[r]!.map(({ expert }) => expert))
    const mean = shares.reduce((sum, share, e) => sum + (chosen.has(e) ? share * moved[r]![e]! : 0), 0)
    return { x, cotangent: Float32Array.from(shares, (share, e) => share * ((chosen.has(e) ? moved[r]![e]! : 0) - mean)) }
  })
  for (const { from, size: R, filled } of blocks(rows.length, ROWS)) {
    const block = asked.slice(from, from + filled)
    const executable = await programs.routerBackward(layer, { rule, R })
    const { stream } = await executable.run({ x: packed(block, 'x', R, D), cotangent: packed(block, 'cotangent', R, E) })
    block.forEach((_, b) => {
      for (let d = 0; d < D; d++) given[from + b]!.stream[d]! += stream!.data[b * D + d]!
    })
  }
  return given
}

async function routerLogits(programs: LayerPrograms, layer: number, rows: readonly RowAsked[]): Promise<Float32Array[]> {
  const { D, experts } = programs.model.config
  const { logits } = await (await programs.router(layer)).run({ rows: packed(rows, 'x', rows.length, D) })
  const E = experts!.count
  return rows.map((_, r) => (logits!.data as Float32Array).slice(r * E, (r + 1) * E))
}

/** [E]: the softmax that expert weights come from, over the chosen experts or over all of them. */
function sharesOf(logits: Float32Array, chosen: readonly number[], normalised: boolean): Float64Array {
  const among = normalised ? chosen : [...logits.keys()]
  const largest = Math.max(...among.map((e) => logits[e]!))
  const total = among.reduce((sum, e) => sum + Math.exp(logits[e]! - largest), 0)
  const shares = new Float64Array(logits.length)
  for (const e of among) shares[e] = Math.exp(logits[e]! - largest) / total
  return shares
}
