/**
 * Scores of all heads, or all neurons, of a model for a prompt's target: the higher, the more important. A component's
 * number is layer · (components of a layer) + its index. Shapes: H heads, I neurons, L layers, M = L·H or L·I.
 */
import type { Edit } from '../../src/depass/edits.ts'
import type { Passage } from '../../src/depass/passage.ts'
import { DEFAULT_TEMPERATURE, type Mode } from '../../src/depass/rule.ts'
import { isMixture, neuronsOf } from '../../src/model/config.ts'
import type { ExperimentModel } from '../experiment.ts'
import { predict, zeroed } from '../predict.ts'
import type { Prompt } from '../prompts.ts'
import { randomScores, seeded } from '../random.ts'
import { promptGradients } from './gradients.ts'

export const componentMethods = ['depass', 'depass-abs', 'atp', 'norm', 'coef', 'ablation', 'random'] as const
export type ComponentMethod = (typeof componentMethods)[number]

export const componentKinds = ['head', 'neuron'] as const
export type ComponentBy = (typeof componentKinds)[number]

export interface ComponentAsked {
  by: ComponentBy
  /** Of DePass. */
  mode: Mode
  /**
   * Whether a head's norm is the authors': that of a slice of attention's output, as if heads lay side by side in the
   * stream.
   */
  slicesOutput: boolean
  seed: number
}

/** Components of one layer. */
export const perLayer = (by: ComponentBy, { passes }: ExperimentModel): number =>
  by === 'head' ? passes.model.config.H : passes.model.config.I

/** The component numbers that exist: a layer may have fewer neurons than the widest layer. */
export function existing(by: ComponentBy, { passes }: ExperimentModel): number[] {
  const { config } = passes.model
  const { L, H, I } = config
  return Array.from({ length: L }, (_, layer) => (by === 'head'
    ? Array.from({ length: H }, (_h, h) => layer * H + h)
    : Array.from({ length: neuronsOf(config, layer) }, (_k, k) => layer * I + k))).flat()
}

/**
 * Takes components out at every position: sets a head's inputs of the output projection, or a neuron's activation, to
 * zero.
 */
export function withoutComponents(components: readonly number[], by: ComponentBy, model: ExperimentModel): Edit[] {
  const each = perLayer(by, model)
  const { L, headWidth } = model.passes.model.config
  const width = by === 'head' ? headWidth : 1
  return Array.from({ length: L }, (_, layer) => {
    const ranges = components.filter((number) => Math.floor(number / each) === layer)
      .map((number): [number, number] => [(number % each) * width, (number % each + 1) * width])
    return { layer, ranges }
  }).filter(({ ranges }) => ranges.length > 0)
    .map(({ layer, ranges }): Edit => ({ site: { layer, name: by === 'head' ? 'z' : 'neurons' }, apply: zeroed(ranges) }))
}

/** [M] for each prompt. */
type Scores = (prompts: readonly Prompt[], model: ExperimentModel, asked: ComponentAsked) => Promise<Float64Array[]>

const methods: Readonly<Record<ComponentMethod, Scores>> = {
  depass,
  'depass-abs': async (...asked) => (await depass(...asked)).map((scores) => scores.map(Math.abs)),
  // Attribution patching towards zero: the output times the logit's derivative with respect to it.
  atp: async (prompts, model, { by }) =>
    (await promptGradients(prompts, model)).map(({ heads, neurons }) => (by === 'head' ? heads : neurons)),
  norm: async (prompts, model, asked) => outputNorms(prompts, model, asked),
  coef: (prompts, model) => activationsOf(prompts, model),
  ablation,
  random: async (prompts, model, { by, seed }) => prompts.map(({ record }) =>
    randomScores(seeded(seed, by, record.index), model.passes.model.config.L * perLayer(by, model))),
}

export const componentScores = (
  method: ComponentMethod, prompts: readonly Prompt[], model: ExperimentModel, asked: ComponentAsked,
): Promise<Float64Array[]> => methods[method](prompts, model, asked)

/** Section 4.2: each component's share of the target's logit, one start a layer. */
async function depass(prompts: readonly Prompt[], model: ExperimentModel, { by, mode }: ComponentAsked): Promise<Float64Array[]> {
  const { attributor, signal } = model
  const each = perLayer(by, model)
  const requests = prompts.map(({ ids, target }) => attributor.prepare({
    tokenIds: [...ids], position: ids.length - 1, target: { type: 'logit', tokenId: target },
    partition: { by, layer: 'all' }, mode, rule: 'softmax', temperature: DEFAULT_TEMPERATURE, excludeFirst: false,
  }))
  const results = await attributor.attribute(requests, { ...(signal && { signal }) })
  return results.map(({ contributions }) => {
    const scores = new Float64Array(model.passes.model.config.L * each)
    for (const { component, score } of contributions) {
      if (component.kind === by) scores[component.layer! * each + component.index] = score
    }
    return scores
  })
}

/** How far the logit falls when the component alone is taken out: one pass per component. */
async function ablation(prompts: readonly Prompt[], model: ExperimentModel, { by }: ComponentAsked): Promise<Float64Array[]> {
  const M = model.passes.model.config.L * perLayer(by, model)
  const scores: Float64Array[] = []
  for (const { ids, target } of prompts) {
    const without = Array.from({ length: M }, (_, number) => ({ ids, target, edits: withoutComponents([number], by, model) }))
    const [whole, ...each] = await predict([{ ids, target }, ...without], model)
    scores.push(Float64Array.from(each, ({ logit }) => whole!.logit - logit))
  }
  return scores
}

/** The size of what a component adds to the stream, summed over positions. */
async function outputNorms(
  prompts: readonly Prompt[], model: ExperimentModel, { by, slicesOutput }: ComponentAsked,
): Promise<Float64Array[]> {
  if (by === 'neuron') {
    const lengths = await downLengths(model)
    return (await activationsOf(prompts, model)).map((sums) => sums.map((sum, number) => sum * lengths[number]!))
  }
  const { config } = model.passes.model
  const { L, H, D, headWidth } = config
  const name = slicesOutput ? 'attn_out_raw' : 'z'
  const vectors = await readEach(prompts, model, name)
  const projections = slicesOutput ? [] : await projectionsOf(model)
  return vectors.map((layers) => {
    const norms = new Float64Array(L * H)
    for (const [layer, rows] of layers.entries()) {
      const width = slicesOutput ? D : H * headWidth
      for (let at = 0; at < rows.length; at += width) {
        for (let h = 0; h < H; h++) {
          const own = rows.subarray(at + Math.floor((h * width) / H), at + Math.floor(((h + 1) * width) / H))
          norms[layer * H + h]! += slicesOutput ? length(own) : length(projected(own, projections[layer]!, h * headWidth, D))
        }
      }
    }
    return norms
  })
}

/** By layer, the vectors [N, W] of a site at all positions. */
async function readEach(
  prompts: readonly Prompt[], { passes, signal }: ExperimentModel, name: 'z' | 'attn_out_raw',
): Promise<Float32Array[][]> {
  const { L } = passes.model.config
  const passages = prompts.map(({ ids }): Passage => ({
    tokenIds: ids, splits: [],
    reads: Array.from({ length: L }, (_, layer) => ({ site: { layer, name }, positions: ids.map((_id, i) => i) })),
  }))
  const results = await passes.run(passages, { ...(signal && { signal }) })
  return results.map(({ reads }) => reads.map(({ x }) => x))
}

/** [L·I]: |activation| of each neuron, summed over positions. */
async function activationsOf(prompts: readonly Prompt[], { passes, signal }: ExperimentModel): Promise<Float64Array[]> {
  const { L, I } = passes.model.config
  const sums = prompts.map(() => new Float64Array(L * I))
  const passages = prompts.map(({ ids }, p): Passage => ({
    tokenIds: ids, splits: [],
    reads: [{ site: { layer: L - 1, name: 'mlp_out' }, positions: ids.map((_id, i) => i) }],
    edits: Array.from({ length: L }, (_, layer): Edit => ({
      site: { layer, name: 'neurons' },
      apply: (vector) => vector.forEach((value, k) => (sums[p]![layer * I + k]! += Math.abs(value))),
    })),
  }))
  await passes.run(passages, { ...(signal && { signal }) })
  return sums
}

/** By layer, the output projection [H·dh, D]. */
const projectionsOf = ({ passes }: ExperimentModel): Promise<Float32Array[]> =>
  Promise.all(Array.from({ length: passes.model.config.L }, (_, layer) => passes.programs.outputProjection(layer)))

/** [L·I]: lengths of the rows of the down projections. */
async function downLengths({ passes }: ExperimentModel): Promise<Float64Array> {
  const { config } = passes.model
  const { L, I, D } = config
  const lengths = new Float64Array(L * I)
  for (let layer = 0; layer < L; layer++) {
    const experts = isMixture(config, layer) ? [...Array(config.experts!.count).keys()] : [null]
    for (const expert of experts) {
      const { rows } = await passes.programs.downProjection(layer, expert)
      const first = layer * I + (expert ?? 0) * (config.experts?.I ?? 0)
      for (let k = 0; k < rows.length / D; k++) lengths[first + k] = length(rows.subarray(k * D, (k + 1) * D))
    }
  }
  return lengths
}

/** part · projection[first …], [D], in float64. */
function projected(part: Float32Array, projection: Float32Array, first: number, D: number): Float64Array {
  const sum = new Float64Array(D)
  for (let k = 0; k < part.length; k++) {
    const from = (first + k) * D
    for (let d = 0; d < D; d++) sum[d]! += part[k]! * projection[from + d]!
  }
  return sum
}

function length(vector: ArrayLike<number>): number {
  let total = 0
  for (let d = 0; d < vector.length; d++) total += vector[d]! * vector[d]!
  return Math.sqrt(total)
}
