/** Writes the first rows of splits that begin after an MLP. The layout already has room for these rows. */
import type { Experts } from '../../model/config.ts'
import { loadNorm, type LoadedModel } from '../../model/loaded.ts'
import type { MlpOutcome } from '../partition/split.ts'
import type { DownProjection, LayerPrograms } from '../programs.ts'
import { rowOf, type State } from '../state/state.ts'
import type { ChosenExpert } from './router.ts'

/** What the neurons of an MLP do to x at one position. */
export interface MlpActivity {
  /** [I]; in a mixture of experts, multiplied by the experts' weights; 0 if a neuron's expert is not chosen. */
  activations: Float32Array
  /** null in a plain MLP. */
  chosen: readonly ChosenExpert[] | null
}

/** By track and position. */
export type MlpActivities = ReadonlyMap<string, MlpActivity>
export const placeKey = (track: number, position: number): string => `${track} ${position}`

/** Does neuron k belong to an MLP (or an expert) that the position uses? */
export const isActive = ({ chosen }: MlpActivity, experts: Experts | null, k: number): boolean =>
  chosen === null || experts === null || chosen.some(({ expert }) => expert === Math.floor(k / experts.I))

export interface MlpBeginning {
  /** Before and after the MLP, in one layout. */
  middle: State
  after: State
  /** `after` with rows for the new starts. */
  next: State
  activities: MlpActivities
  /** For each track, how many starts had begun before; later starts begin here. */
  knownStarts: readonly number[]
}

export async function beginAfterMlp(
  programs: LayerPrograms, layer: number, { middle, after, next, activities, knownStarts }: MlpBeginning,
): Promise<void> {
  const { model } = programs
  const { D } = model.config
  const projections = await downProjections(programs, layer, activities)
  const postNorm = await loadNorm(model, layer, 'postMlp')
  for (const { track, position } of next.layout.cells) {
    const activity = activities.get(placeKey(track, position))!
    const { downRow, downBias } = downOutcome(activity, projections, model.config.experts, D)
    const scale = postNorm && postScale(model, activity.activations, { downRow, downBias }, postNorm.gain)
    const outcome: Omit<MlpOutcome, 'carried'> = {
      position,
      middle: rowOf(middle, middle.layout.xRow(track, position), D),
      output: rowOf(after, after.layout.xRow(track, position), D),
      activations: activity.activations,
      downRow,
      downBias: downBias && scale ? downBias.map((value, d) => value * scale[d]!) : downBias,
      postScale: scale,
    }
    const { starts } = next.layout.tracks[track]!
    for (const [s, { split }] of starts.entries()) {
      if (s < knownStarts[track]! || split.at !== 'mlp') continue
      const old = starts.findIndex((each) => each.split === split.replaces?.split)
      const carried = (m: number) => rowOf(middle, middle.layout.row(track, old, m, position), D)
      split.fill({ ...outcome, carried }, (m, row) => {
        const at = next.layout.row(track, s, m, position)
        if (at !== 0) next.rows.set(row, at * D)
      })
    }
  }
}

/** The down projection of the layer's plain MLP (under the key null), or of every expert that some position chose. */
async function downProjections(
  programs: LayerPrograms, layer: number, activities: MlpActivities,
): Promise<Map<number | null, DownProjection>> {
  const wanted = new Set([...activities.values()].flatMap(({ chosen }) => chosen?.map(({ expert }) => expert) ?? [null]))
  const found = new Map<number | null, DownProjection>()
  for (const expert of wanted) found.set(expert, await programs.downProjection(layer, expert))
  return found
}

function downOutcome(
  { chosen }: MlpActivity, projections: ReadonlyMap<number | null, DownProjection>, experts: Experts | null, D: number,
): Pick<MlpOutcome, 'downRow' | 'downBias'> {
  const row = ({ rows }: DownProjection, k: number) => rows.subarray(k * D, (k + 1) * D)
  if (chosen === null || experts === null) {
    const plain = projections.get(null)!
    return { downRow: (neuron) => row(plain, neuron), downBias: plain.bias }
  }
  const used = new Set(chosen.map(({ expert }) => expert))
  return {
    downRow(neuron) {
      const expert = Math.floor(neuron / experts.I)
      return used.has(expert) ? row(projections.get(expert)!, neuron % experts.I) : null
    },
    downBias: weightedBias(chosen, projections, D),
  }
}

/** [D]: Σ weight · bias over the chosen experts; null if they have no biases. */
function weightedBias(
  chosen: readonly ChosenExpert[], projections: ReadonlyMap<number | null, DownProjection>, D: number,
): Float32Array | null {
  const sum = new Float64Array(D)
  for (const { expert, weight } of chosen) {
    const { bias } = projections.get(expert)!
    if (bias === null) return null
    for (let d = 0; d < D; d++) sum[d]! += weight * bias[d]!
  }
  return Float32Array.from(sum)
}

/** gain ÷ RMS of the down projection's output for activations [I]. */
function postScale(
  model: LoadedModel, h: Float32Array, { downRow, downBias }: Pick<MlpOutcome, 'downRow' | 'downBias'>, gain: Float32Array,
): Float64Array {
  const raw = downBias === null ? new Float64Array(gain.length) : Float64Array.from(downBias)
  for (let k = 0; k < h.length; k++) {
    const down = downRow(k)
    if (down !== null) for (let d = 0; d < raw.length; d++) raw[d]! += h[k]! * down[d]!
  }
  const meanSquare = raw.reduce((sum, value) => sum + value * value, 0) / raw.length
  const scale = 1 / Math.sqrt(meanSquare + model.config.norm.epsilon)
  return Float64Array.from(gain, (g) => g * scale)
}
