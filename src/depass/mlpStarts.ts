/** The rows of splits into neurons, or into the MLP and the rest, right after the MLP they begin behind. */
import { loadLayer, type LoadedModel } from '../model/loaded.ts'
import { readWeight } from '../model/weights.ts'
import type { Split } from './partition.ts'
import type { LayerPrograms } from './programs.ts'
import type { Mode } from './rule.ts'
import { mlpRows, neuronRows } from './splitRows.ts'
import { rowOf, type State } from './state.ts'
import { hasBias, type Start } from './track.ts'

export interface MlpStarts {
  /** Before and after the MLP, in one layout. */
  middle: State
  after: State
  /** `after` with rows for the new starts. */
  next: State
  /** [I] of x by `track position` */
  activations: ReadonlyMap<string, Float32Array>
  /** The split a start comes from, where it begins here. */
  splitOf: (track: number, start: number) => Split | undefined
  mode: Mode
}

/** BIAS begins as zero in a neuron split: the starting state already holds the earlier biases. */
export const existsAfterMlp = (split: Split, start: Start, component: number) =>
  !(split.by === 'neuron' && start.components[component]!.kind === 'bias')

export async function fillMlpStarts(
  programs: LayerPrograms, layer: number, { middle, after, next, activations, splitOf, mode }: MlpStarts,
): Promise<void> {
  const { D } = programs.model.config
  const down = await programs.downProjection(layer)
  const postGain = await postMlpGain(programs.model, layer)
  for (const { track: t, position: i } of next.layout.cells) {
    const h = activations.get(`${t} ${i}`)!
    const outcome = {
      middle: rowOf(middle, middle.layout.xRow(t, i), D),
      output: rowOf(after, after.layout.xRow(t, i), D),
      activations: h,
      postScale: postGain === null ? null : postScale(programs.model, h, down.rows, postGain),
    }
    for (const [s, start] of next.layout.tracks[t]!.starts.entries()) {
      const split = splitOf(t, s)
      const write = (m: number, row: Float32Array) => {
        const at = next.layout.row(t, s, m, i)
        if (at !== 0) next.rows.set(row, at * D)
      }
      if (split?.by === 'neuron') neuronRows(split.neurons, outcome, down, mode, write)
      if (split?.by === 'mlp') mlpRows(outcome, down.bias, hasBias(start), write)
    }
  }
}

/** [D], as it multiplies; null where no norm follows the MLP. */
async function postMlpGain(model: LoadedModel, layer: number): Promise<Float64Array | null> {
  const { postMlpNorm } = await loadLayer(model, layer)
  if (postMlpNorm === null) return null
  const { gainOffset } = model.config.norm
  return Float64Array.from(await readWeight(postMlpNorm.gain), (gain) => gain + gainOffset)
}

/** gain ÷ RMS of the down projection's output for activations [I]. */
function postScale(model: LoadedModel, h: Float32Array, down: Float32Array, gain: Float64Array): Float64Array {
  const D = gain.length
  const raw = new Float64Array(D)
  for (let k = 0; k < h.length; k++) for (let d = 0; d < D; d++) raw[d]! += h[k]! * down[k * D + d]!
  const meanSquare = raw.reduce((sum, value) => sum + value * value, 0) / D
  const scale = 1 / Math.sqrt(meanSquare + model.config.norm.epsilon)
  return gain.map((g) => g * scale)
}
