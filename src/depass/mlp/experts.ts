/**
 * Runs a layer whose MLP is a mixture of experts. Each expert runs like any other MLP on the positions that its router
 * gives it. The experts' outputs are multiplied by their weights and added up. An expert that no position chooses is
 * neither read nor run.
 */
import type { Experts, ModelConfig } from '../../model/config.ts'
import { float32 } from '../../tensor/ops.ts'
import type { LayerPrograms } from '../programs.ts'
import type { Cell } from '../state/layout.ts'
import type { State } from '../state/state.ts'
import { planMlp, type MlpBlock, type MlpCost } from './plan.ts'
import { needsBiasFlag, type MlpGift, type MlpVariant } from './program.ts'
import { chooseExperts, type ChosenExpert } from './router.ts'
import { biasFlags, indexTensors } from './run.ts'

export interface ExpertsRun {
  programs: LayerPrograms
  layer: number
  /** The variant of every expert; `deadNeurons` is determined for each. */
  variant: Omit<MlpVariant, 'gives' | 'deadNeurons' | 'isExpert'>
  /** Outputs of the whole mixture. */
  gives: readonly MlpGift[]
  temperature: number
  cost: MlpCost
  /** What the MLP's norm reads, in the state's layout; null if it is the state itself. Set with a parallel residual. */
  normInput: Float32Array | null
  /** Called with what the mixture does to x at each (track, position). */
  onMixture: ((track: number, position: number, mixture: MixtureActivity) => void) | null
}

/** A mixture at one position. */
export interface MixtureActivity {
  /** [E·I]: the neurons' activations times their expert's weight; 0 where the expert is not chosen. */
  activations: Float32Array
  chosen: readonly ChosenExpert[]
}

/** The cells whose router chose an expert: their numbers in the layout, and the expert's weights there. */
interface Given {
  cells: Cell[]
  numbers: number[]
  weights: number[]
}

/**
 * Writes the rows after the mixture to `rows` [R·D], in the layout of the state. Returns the additional vectors asked
 * for.
 */
export async function runExperts(run: ExpertsRun, state: State, rows: Float32Array): Promise<Map<MlpGift, Float32Array>> {
  const { config } = run.programs.model
  const { experts } = config
  if (experts === null) throw new Error('a model without experts was asked for them')
  const choices = await route(run, state, experts)
  // The experts' outputs are added to the rows directly, unless they are asked for separately.
  const made = run.gives.length === 0 ? rows : new Float32Array(rows.length)
  if (made === rows) rows.set(state.rows)
  const activity = run.onMixture === null ? null : choices.map((chosen): MixtureActivity =>
    ({ chosen, activations: new Float32Array(experts.count * experts.I) }))
  const flags = needsBiasFlag(config, run.variant.rule) ? biasFlags(state.layout) : null
  for (const [expert, given] of byExpert(state.layout.cells, choices)) {
    await runExpert({ ...run, config, experts, expert, given, flags, activity }, state, made)
  }
  if (made !== rows) for (let at = 0; at < rows.length; at++) rows[at] = state.rows[at]! + made[at]!
  if (activity !== null) {
    for (const [c, { track, position }] of state.layout.cells.entries()) run.onMixture?.(track, position, activity[c]!)
  }
  // No norm follows a mixture, so what is added is the mixture's raw output.
  return new Map(run.gives.map((name) => [name, made]))
}

/** The chosen experts of each cell. */
async function route(
  { programs, layer, normInput }: ExpertsRun, { layout, rows }: State, experts: Experts,
): Promise<ChosenExpert[][]> {
  const { D } = programs.model.config
  const { cells } = layout
  const source = normInput ?? rows
  const x = new Float32Array(cells.length * D)
  for (const [c, { offset }] of cells.entries()) x.set(source.subarray(offset * D, (offset + 1) * D), c * D)
  const { logits } = await (await programs.router(layer)).run({ rows: float32(x, [cells.length, D]) })
  const values = logits!.data as Float32Array
  const E = experts.count
  return cells.map((_, c) => chooseExperts(values.subarray(c * E, (c + 1) * E), experts))
}

/** In ascending order of experts, so that sums are always taken in the same order whatever else runs in the sweep. */
function byExpert(cells: readonly Cell[], choices: readonly (readonly ChosenExpert[])[]): [number, Given][] {
  const given = new Map<number, Given>()
  for (const [c, cell] of cells.entries()) {
    for (const { expert, weight } of choices[c]!) {
      const list = given.get(expert) ?? { cells: [], numbers: [], weights: [] }
      list.cells.push(cell)
      list.numbers.push(c)
      list.weights.push(weight)
      given.set(expert, list)
    }
  }
  return [...given].sort(([a], [b]) => a - b)
}

interface ExpertRun extends ExpertsRun {
  config: ModelConfig
  experts: Experts
  expert: number
  given: Given
  /** [R] */
  flags: Float32Array | null
  /** Of each cell of the layout. */
  activity: MixtureActivity[] | null
}

/** Adds the weighted output of one expert to `rows`. */
async function runExpert(run: ExpertRun, state: State, rows: Float32Array): Promise<void> {
  const { programs, layer, config, experts, expert, given, flags, activity } = run
  const { D } = config
  const { rule, mode } = run.variant
  const deadNeurons = rule === 'softmax' && mode === 'corrected' && (await programs.hasDeadNeurons(layer, expert))
  const variant: MlpVariant = { ...run.variant, gives: [], deadNeurons, isExpert: true }
  const executable = await programs.mlp(layer, variant, expert)
  const source = run.normInput ?? state.rows
  let done = 0
  for (const block of planMlp(state.layout, run.cost, given.cells)) {
    const R = block.rowCount
    const [weights, numbers] = [given.weights, given.numbers].map((list) => list.slice(done, done + block.cells.length))
    done += block.cells.length
    const { made, activations } = await executable.run({
      rows: float32(gathered(block, source, D), [R, D]),
      weight: float32(spread(block, weights!), [R, 1]),
      ...indexTensors({ config, variant }, state.layout, block, source),
      ...(flags === null ? {} : { biasFlag: float32(gathered(block, flags, 1), [R, 1]) }),
      temperature: float32(Float32Array.of(run.temperature), [1]),
    })
    addTo(rows, made!.data as Float32Array, block, D)
    if (activity === null) continue
    const values = activations!.data as Float32Array
    for (const [x, number] of numbers!.entries()) {
      const own = values.subarray(x * experts.I, (x + 1) * experts.I)
      activity[number]!.activations.set(own, expert * experts.I)
    }
  }
}

/** The rows of a block's cells, copied out of all rows [R·width], one after another. */
function gathered({ cells, rowCount }: MlpBlock, all: Float32Array, width: number): Float32Array {
  const taken = new Float32Array(rowCount * width)
  let at = 0
  for (const { offset, length } of cells) {
    taken.set(all.subarray(offset * width, (offset + length) * width), at * width)
    at += length
  }
  return taken
}

/** Repeats each cell's number for all rows of the cell. */
function spread({ cells, rowCount }: MlpBlock, values: readonly number[]): Float32Array {
  const all = new Float32Array(rowCount)
  let at = 0
  for (const [c, { length }] of cells.entries()) {
    all.fill(values[c]!, at, at + length)
    at += length
  }
  return all
}

function addTo(rows: Float32Array, made: Float32Array, { cells }: MlpBlock, D: number): void {
  let from = 0
  for (const { offset, length } of cells) {
    for (let at = offset * D; at < (offset + length) * D; at++) rows[at]! += made[from++]!
  }
}
