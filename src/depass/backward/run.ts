/**
 * Gradients of a token's logit, layer by layer from the last to the first:
 *
 *  1. a plain pass keeps the stream before and inside every layer
 *  2. the final norm and the token's row of the unembedding give the cotangent of the last stream, in float64 on the host
 *  3. each layer's MLP and attention turn the cotangent of the layer's output into the cotangent of its input
 *
 * Only streams are kept between the two passes; the inside of a layer is computed again. A model that does not fit into
 * memory is streamed in both passes. The logit is the one before a soft cap.
 *
 * Letters: N positions, D residual width, H heads, I neurons, L layers.
 */
import { neuronsOf, isMixture } from '../../model/config.ts'
import { unembeddingRows, type LoadedModel } from '../../model/loaded.ts'
import type { Edit } from '../edits.ts'
import type { Passage } from '../passage.ts'
import type { Passes } from '../passes.ts'
import { dot, finalNorm } from '../readout.ts'
import { attentionCotangent } from './attention-run.ts'
import { mixtureCotangent, plainCotangent } from './mlp-run.ts'
import type { BackwardRule } from './rule-tape.ts'

export interface GradientQuestion {
  /** [N]; the logit is read at the last position. */
  readonly tokenIds: readonly number[]
  /** The token whose logit is differentiated. */
  readonly target: number
  /** Changes the embedding [D] of a position in place before the pass begins. */
  readonly change?: (embedding: Float32Array, position: number) => void
}

export interface Gradients {
  logit: number
  /** [N·D]: the stream before the first layer, and the logit's derivative (or LRP's, by the rule) with respect to it. */
  input: Float32Array
  gradient: Float32Array
  /** [L·H], [L·I]: each head's output, or neuron's activation, times its own derivative, summed over positions. */
  heads: Float64Array
  neurons: Float64Array
}

export interface GradientOptions {
  rule?: BackwardRule
  signal?: AbortSignal | undefined
}

/** The streams kept for one question. */
interface Trace {
  question: GradientQuestion
  N: number
  /** By layer, [N·D]. */
  pre: Float32Array[]
  /** By layer, [N·D]; for the last layer [D], at the last position. Empty for models with a parallel residual. */
  mid: Float32Array[]
  /** [D] */
  final: Float32Array
}

/** How many numbers the streams of one block of questions may take. */
const KEPT_NUMBERS = 2 ** 26

/**
 * Gradients in the order of the questions. To float32 rounding, the numbers do not depend on which questions run
 * together.
 */
export async function gradientsOf(
  passes: Passes, questions: readonly GradientQuestion[], { rule = 'gradient', signal }: GradientOptions = {},
): Promise<Gradients[]> {
  const { L, D } = passes.model.config
  const answers: Gradients[] = []
  for (let from = 0; from < questions.length; ) {
    const size = 2 * L * D * Math.max(...questions.slice(from).map(({ tokenIds }) => tokenIds.length))
    const block = questions.slice(from, from + Math.max(1, Math.floor(KEPT_NUMBERS / size)))
    const traces = await traceAll(passes, block, signal)
    answers.push(...(await passes.exclusively(() => backward(passes, traces, rule, signal))))
    from += block.length
  }
  return answers
}

async function traceAll(passes: Passes, questions: readonly GradientQuestion[], signal?: AbortSignal): Promise<Trace[]> {
  const { L, parallelResidual } = passes.model.config
  const layers = [...Array(L).keys()]
  const passages = questions.map(({ tokenIds, change }): Passage => {
    const all = tokenIds.map((_, i) => i)
    const last = [tokenIds.length - 1]
    const edits: Edit[] = change === undefined ? [] : [{ site: { layer: 0, name: 'resid_pre' }, apply: change }]
    return {
      tokenIds, splits: [], edits,
      reads: [
        { site: { layer: L, name: 'resid_pre' }, positions: last },
        ...layers.map((layer) => ({ site: { layer, name: 'resid_pre' as const }, positions: all })),
        ...(parallelResidual ? [] : layers.map((layer) => (
          { site: { layer, name: 'resid_mid' as const }, positions: layer === L - 1 ? last : all }))),
      ],
    }
  })
  const results = await passes.run(passages, { ...(signal && { signal }) })
  return results.map(({ reads: [final, ...reads] }, q): Trace => ({
    question: questions[q]!, N: questions[q]!.tokenIds.length, final: final!.x,
    pre: reads.slice(0, L).map(({ x }) => x), mid: reads.slice(L).map(({ x }) => x),
  }))
}

async function backward(passes: Passes, traces: readonly Trace[], rule: BackwardRule, signal?: AbortSignal): Promise<Gradients[]> {
  const { model, programs } = passes
  const { L, D, H, I, parallelResidual } = model.config
  const answers: Gradients[] = []
  // [N·D] each, zero except at the last position: only that one is read of the last stream.
  const cotangents: Float32Array[] = []
  for (const { question, N, final, pre } of traces) {
    const [row] = [await unembeddingRows(model, [question.target])]
    const cotangent = new Float32Array(N * D)
    cotangent.set(finalCotangent(model, final, row, rule), (N - 1) * D)
    cotangents.push(cotangent)
    answers.push({
      logit: dot(finalNorm(model, final)(final, true), row), input: pre[0]!, gradient: cotangent,
      heads: new Float64Array(L * H), neurons: new Float64Array(L * I),
    })
  }
  for (let layer = L - 1; layer >= 0; layer--) {
    signal?.throwIfAborted()
    // After the last layer only the last position is read, so no other has a cotangent.
    const rows = traces.flatMap(({ N }, t) => (layer === L - 1 ? [{ t, position: N - 1 }] : [...Array(N).keys()].map((position) => ({ t, position }))))
    const source = (t: number, position: number) => {
      const { pre, mid } = traces[t]!
      if (parallelResidual) return pre[layer]!.subarray(position * D, (position + 1) * D)
      return layer === L - 1 ? mid[layer]! : mid[layer]!.subarray(position * D, (position + 1) * D)
    }
    const asked = rows.map(({ t, position }) => ({
      x: source(t, position), cotangent: cotangents[t]!.slice(position * D, (position + 1) * D),
    }))
    const mlp = isMixture(model.config, layer)
      ? await mixtureCotangent(programs, layer, asked, rule) : await plainCotangent(programs, layer, asked, rule)
    // In a parallel residual, attention writes beside the MLP, so the MLP's cotangent must not reach it.
    const arriving = parallelResidual ? cotangents.map((each) => each.slice()) : cotangents
    for (const [r, { t, position }] of rows.entries()) {
      add(cotangents[t]!, mlp[r]!.stream, position * D)
      const sums = answers[t]!.neurons
      const count = neuronsOf(model.config, layer)
      for (let k = 0; k < count; k++) sums[layer * I + k]! += mlp[r]!.neurons[k]!
    }
    const attention = await attentionCotangent(programs, layer, traces.map(({ pre, question, N }, t) => ({
      x: pre[layer]!, cotangent: arriving[t]!, N, promptLength: question.tokenIds.length,
    })), rule)
    for (const [t, { stream, heads }] of attention.entries()) {
      add(cotangents[t]!, stream, 0)
      for (let at = 0; at < heads.length; at++) answers[t]!.heads[layer * H + (at % H)]! += heads[at]!
    }
  }
  return answers
}

function add(into: Float32Array, part: Float32Array, at: number): void {
  for (let d = 0; d < part.length; d++) into[at + d]! += part[d]!
}

/**
 * The cotangent [D] of the last stream x: through the unembedding's row [D] and the final norm. LRP takes the norm's
 * scale as given.
 */
function finalCotangent({ config, finalGain }: LoadedModel, x: Float32Array, row: Float32Array, rule: BackwardRule): Float64Array {
  const { kind, epsilon, gainOffset } = config.norm
  const D = x.length
  const centre = (vector: Float64Array): Float64Array => {
    if (kind !== 'layer') return vector
    const mean = vector.reduce((sum, value) => sum + value, 0) / D
    return vector.map((value) => value - mean)
  }
  const centred = centre(Float64Array.from(x))
  const scale = 1 / Math.sqrt(dot(centred, centred) / D + epsilon)
  const through = centre(Float64Array.from(row, (value, d) => value * (finalGain[d]! + gainOffset)))
  const along = rule === 'lrp' ? 0 : (scale ** 3 * dot(through, centred)) / D
  return through.map((value, d) => scale * value - along * centred[d]!)
}
