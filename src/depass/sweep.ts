/**
 * The decomposed forward pass (section 3): one sweep over the layers carries the streams of some sequences and everything
 * they are split into. This is the only layer loop there is.
 *
 *  1. embed the tokens
 *  2. at the input of a layer, begin the splits of the stream that start there (tokens, groups, subspaces)
 *  3. attention, in which splits into heads begin
 *  4. MLP, after which splits into neurons begin
 *  5. before the first layer that nothing reads any more, hand out x and the components at the positions read
 *
 * After the last layer's attention only the positions that are read are carried on.
 */
import { embed, loadLayer, type LoadedModel } from '../model/loaded.ts'
import { readWeight } from '../model/weights.ts'
import { planAttention, runAttention, type AttentionPlan } from './attentionStep.ts'
import { fillHeadStarts } from './headStarts.ts'
import { existsAfterMlp, fillMlpStarts } from './mlpStarts.ts'
import { Layout, spreadPresence, type Presence } from './layout.ts'
import { planMlp, type MlpBlock } from './mlpPlan.ts'
import { runMlp } from './mlpStep.ts'
import { startOf, type Split } from './partition.ts'
import { positionsOf } from './positions.ts'
import type { LayerPrograms } from './programs.ts'
import type { Mode, Rule } from './rule.ts'
import { aligned, keepOnly, relayout } from './relayout.ts'
import { existsAtInput, inputRow } from './splitRows.ts'
import { rowOf, type RowBuffers, type State } from './state.ts'
import { hasBias, lengthOf, type Start, type StartComponent, type Track } from './track.ts'

/** One sequence, how it is split, and where it is read: at its last token, at the input of `readLayer`. */
export interface Passage {
  tokenIds: readonly number[]
  splits: readonly Split[]
  excludeFirst: boolean
  readLayer: number
}

export interface SweepOptions {
  rule: Rule
  mode: Mode
  temperature: number
  /** Columns attention takes at once, and places the MLP takes at once: memory against calls. */
  columnsPerBlock: number
  placesPerBlock: number
  /** What a call of the MLP costs besides its places, in places. */
  callInPlaces: number
  signal?: AbortSignal
  onLayer?: (layer: number) => void
}

export interface ReadStart {
  components: readonly StartComponent[]
  /** [M, D] */
  rows: Float32Array
}

export interface PassageResult {
  /** [D]: the stream itself */
  x: Float32Array
  /** In the order of the splits. */
  starts: readonly ReadStart[]
}

/** A track with the splits that are still to begin. */
interface Journey extends Track {
  passage: Passage
  order: number
  /** Which split each start came from. */
  splitOf: number[]
}

/** `buffers` are the caller's to keep: the next sweep then needs no memory of its own. */
export async function sweep(
  programs: LayerPrograms, buffers: RowBuffers, passages: readonly Passage[], options: SweepOptions,
): Promise<PassageResult[]> {
  return new Sweep(programs, buffers, options).go(passages)
}

class Sweep {
  private readonly programs: LayerPrograms
  private readonly model: LoadedModel
  private readonly options: SweepOptions
  private readonly buffers: RowBuffers
  private planned: { input: Layout; plan: AttentionPlan; window: number | null } | null = null
  private cut: { layout: Layout; blocks: readonly MlpBlock[] } | null = null

  constructor(programs: LayerPrograms, buffers: RowBuffers, options: SweepOptions) {
    this.programs = programs
    this.model = programs.model
    this.options = options
    this.buffers = buffers
  }

  async go(passages: readonly Passage[]): Promise<PassageResult[]> {
    const results: PassageResult[] = Array(passages.length)
    let journeys: Journey[] = passages.map((passage, order) => ({
      passage, order, tokenIds: passage.tokenIds, readLayer: passage.readLayer, starts: [], splitOf: [],
    }))
    let state = await this.embedAll(journeys)
    for (let layer = 0; ; layer++) {
      state = this.beginAtInput(state, layer)
      const arrived = journeys.filter((journey) => journey.readLayer === layer)
      for (const journey of arrived) results[journey.order] = this.read(state, journey)
      journeys = journeys.filter((journey) => journey.readLayer > layer)
      if (journeys.length === 0) {
        this.buffers.give(state.rows)
        return results
      }
      if (arrived.length > 0) state = keepOnly(state, journeys, this.buffers, this.model.config.D)
      this.options.signal?.throwIfAborted()
      state = await this.runLayer(state, layer)
      this.options.onLayer?.(layer)
    }
  }

  private async embedAll(journeys: readonly Journey[]): Promise<State> {
    const layout = new Layout(journeys, () => 0, () => false)
    const rows = this.buffers.take(layout.rowCount)
    const { D } = this.model.config
    for (const [t, journey] of journeys.entries()) {
      const x = await embed(this.model, journey.tokenIds)
      for (let i = 0; i < lengthOf(journey); i++) rows.set(x.subarray(i * D, (i + 1) * D), layout.xRow(t, i) * D)
    }
    return { layout, rows }
  }

  /** Splits of the stream that begin at the input of `layer`. */
  private beginAtInput(state: State, layer: number): State {
    const begun = this.begin(state, (split) => split.at === 'input' && split.layer === layer)
    if (begun === null) return state
    const exists: Presence = (t, s, m, i) => {
      const split = begun.splitOf(t, s)
      return split?.at === 'input' ? existsAtInput(split, m, i) : begun.existed(t, s, m, i)
    }
    const { D } = this.model.config
    return relayout(state, this.buffers, D, exists, (t, s, m, i, next) => {
      const split = begun.splitOf(t, s)
      if (split?.at !== 'input') return false
      inputRow(split, m, rowOf(state, state.layout.xRow(t, i), D), rowOf(next, next.layout.row(t, s, m, i), D))
      return true
    })
  }

  /**
   * Adds the starts of the splits that `wanted` picks to the tracks of the state. Tells new starts from those the
   * state has rows for; null when none begins.
   */
  private begin(state: State, wanted: (split: Split) => boolean) {
    const { config } = this.model
    const before = state.layout.tracks.map((track) => track.starts.length)
    const splits = new Map<Start, Split>()
    for (const track of state.layout.tracks as readonly Journey[]) {
      for (const [index, split] of track.passage.splits.entries()) {
        if (!wanted(split)) continue
        const start = startOf(split, config, lengthOf(track), this.options.mode, track.passage.excludeFirst)
        track.starts.push(start)
        track.splitOf.push(index)
        splits.set(start, split)
      }
    }
    if (splits.size === 0) return null
    return {
      knownStarts: before,
      splitOf: (t: number, s: number): Split | undefined =>
        s < before[t]! ? undefined : splits.get(state.layout.tracks[t]!.starts[s]!),
      existed: (t: number, s: number, m: number, i: number) => s < before[t]! && state.layout.row(t, s, m, i) !== 0,
    }
  }

  private async runLayer(state: State, layer: number): Promise<State> {
    const { config } = this.model
    const middle = await this.runAttention(state, layer)
    const normInput = config.parallelResidual ? aligned(state, middle.layout, this.buffers, config.D) : null
    this.buffers.give(state.rows)
    const after = await this.runMlp(middle, layer, normInput)
    if (normInput !== null) this.buffers.give(normInput)
    return after
  }

  private async runAttention(state: State, layer: number): Promise<State> {
    const { config } = this.model
    const begun = this.begin(state, (split) => split.at === 'attention' && split.layer === layer)
    // Where every track is read next, only its last position is computed.
    const mixesFirst = state.layout.tracks.every((track) => track.readLayer === layer + 1)
    const window = config.slidingWindow[layer] ?? null
    const { planned } = this
    let plan: AttentionPlan
    if (begun === null && !mixesFirst && planned !== null && planned.input === state.layout && planned.window === window) {
      plan = planned.plan
    } else {
      plan = planAttention(state.layout, this.layoutAfterAttention(state.layout, layer), {
        config, mixesFirst,
        splitsHeads: begun !== null,
        knownStarts: begun?.knownStarts ?? state.layout.tracks.map(({ starts }) => starts.length),
        positions: positionsOf(config, layer, Math.max(...state.layout.tracks.map(lengthOf))),
        columnsPerBlock: this.options.columnsPerBlock,
      })
    }
    const next: State = { layout: plan.output, rows: this.buffers.take(plan.output.rowCount) }
    const executable = await this.programs.attention(layer, plan.variant)
    const heads = await runAttention(executable, plan, state, next.rows, config.D)
    if (begun !== null && heads !== null) {
      const outputBias = await this.outputBias(layer)
      fillHeadStarts(state, next, { config, heads, outputBias, isNew: (t, s) => begun.splitOf(t, s) !== undefined })
    }
    this.planned = begun === null && !mixesFirst ? { input: state.layout, plan, window } : null
    return next
  }

  /** [D], or null where the output projection has none. */
  private async outputBias(layer: number): Promise<Float32Array | null> {
    const { output } = await loadLayer(this.model, layer)
    return output.bias === null ? null : readWeight(output.bias)
  }

  /** The same layout when nothing changes, so that plans made for it serve again. */
  private layoutAfterAttention(before: Layout, layer: number): Layout {
    const tracks = before.tracks
    const spread = spreadPresence(tracks)
    const lastOnly = (t: number) => tracks[t]!.readLayer === layer + 1
    const layout = new Layout(tracks, (t) => (lastOnly(t) ? lengthOf(tracks[t]!) - 1 : 0), spread)
    return layout.rowCount === before.rowCount && layout.cells.length === before.cells.length ? before : layout
  }

  private async runMlp(middle: State, layer: number, normInput: Float32Array | null): Promise<State> {
    const { config } = this.model
    const { rule, mode } = this.options
    const deadNeurons = rule === 'softmax' && mode === 'corrected' && (await this.programs.hasDeadNeurons(layer))
    // Where only one component is there, it takes all whatever its relevance: no need to force it.
    const competes = (start: Start) => start.excludeFirst && hasBias(start)
    const forcesFirst = mode === 'reference' || middle.layout.tracks.some(({ starts }) => starts.some(competes))
    const variant = { rule, mode, deadNeurons, forcesFirst }
    const executable = await this.programs.mlp(layer, variant)
    if (this.cut?.layout !== middle.layout) {
      const cost = { callInPlaces: this.options.callInPlaces, maxPlaces: this.options.placesPerBlock }
      this.cut = { layout: middle.layout, blocks: planMlp(middle.layout, cost) }
    }
    const splitting = (middle.layout.tracks as readonly Journey[]).some((journey) =>
      journey.passage.splits.some((split) => split.at === 'mlp' && split.layer === layer))
    const activations = new Map<string, Float32Array>()
    const after = await runMlp(
      {
        config, variant, executable, blocks: this.cut.blocks, normInput,
        temperature: rule === 'softmax' ? this.options.temperature : 1,
        onActivations: splitting ? (t, i, h) => activations.set(`${t} ${i}`, h) : null,
      },
      middle,
      this.buffers.take(middle.layout.rowCount),
    )
    const split = splitting ? await this.beginAfterMlp(middle, after, layer, activations) : after
    this.buffers.give(middle.rows)
    return split
  }

  /** Splits into neurons, or into the MLP and the rest, that begin after the MLP of `layer`. */
  private async beginAfterMlp(
    middle: State, after: State, layer: number, activations: ReadonlyMap<string, Float32Array>,
  ): Promise<State> {
    const begun = this.begin(after, (split) => split.at === 'mlp' && split.layer === layer)
    if (begun === null) return after
    const { D } = this.model.config
    const next = relayout(
      { ...after, rows: after.rows.slice() }, this.buffers, D,
      (t, s, m, i) => {
        const split = begun.splitOf(t, s)
        return split === undefined ? begun.existed(t, s, m, i) : existsAfterMlp(split, after.layout.tracks[t]!.starts[s]!, m)
      },
      (t, s) => begun.splitOf(t, s) !== undefined,
    )
    await fillMlpStarts(this.programs, layer, { middle, after, next, activations, splitOf: begun.splitOf, mode: this.options.mode })
    return next
  }

  private read(state: State, journey: Journey): PassageResult {
    const { D } = this.model.config
    const t = state.layout.tracks.indexOf(journey)
    const position = lengthOf(journey) - 1
    const starts: ReadStart[] = Array(journey.passage.splits.length)
    for (const [s, start] of journey.starts.entries()) {
      const rows = new Float32Array(start.components.length * D)
      for (let m = 0; m < start.components.length; m++) {
        const row = state.layout.row(t, s, m, position)
        if (row !== 0) rows.set(rowOf(state, row, D), m * D)
      }
      starts[journey.splitOf[s]!] = { components: start.components, rows }
    }
    return { x: rowOf(state, state.layout.xRow(t, position), D).slice(), starts }
  }
}
