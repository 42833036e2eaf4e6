/**
 * The decomposed forward pass (DePass, NeurIPS 2025, https://arxiv.org/abs/2510.18462): one sweep over the layers carries
 * some sequences and everything that they are split into. This is the only layer loop there is.
 *
 *  1. embed the tokens
 *  2. at the input of a layer, begin the splits of the stream that start there
 *  3. attention with its pattern frozen, after which splits into heads begin          eq. 12, 13   attention/program.ts
 *  4. the MLP with its activations frozen, each neuron's output shared by relevance   eq. 14, 15   mlp/share.ts, mlp/program.ts
 *  5. hand out x and the components at the sites and positions that are read         reads.ts
 *
 * In a passage's last layer, only positions from the first one that is read are carried. A plain pass is a passage without
 * splits. It can be edited on its way (edit-states.ts), and its attention patterns can be handed out or frozen.
 *
 * Words, from the question to the kernels:
 *
 *  partition    what someone asks for: by token, by head … (section 4)                             partition/kinds.ts
 *  split        a partition resolved for one sequence and one layer: components and first rows     partition/split.ts
 *  component    one part of a split, C[m]; BIAS takes every bias met on the way                    partition/component.ts
 *  passage      one sequence with its splits and the sites where it is read                        passage.ts
 *  track        a passage on its way; a start is one of its splits that has begun                  state/track.ts
 *  state        the rows of all tracks at one point of the network: x and C                        state/state.ts
 *  layout       which row belongs to which track, component and position; a cell is one position   state/layout.ts
 *  column       a component of a track, or its x, as attention mixes it over positions             attention/plan.ts
 *  group, place the components of one start at one position, which share every neuron of the MLP   mlp/plan.ts
 *  block        as many columns, or cells, as one call of the engine takes                         budget.ts
 *  read-out     x and the components at the end → the final norm and the unembedding (eq. 17)      readout.ts, unembed.ts
 */
import { isMixture } from '../model/config.ts'
import { embed, type LoadedModel } from '../model/loaded.ts'
import type { SiteName } from '../features/site.ts'
import { beginAfterAttention } from './attention/begin.ts'
import { planAttention, type AttentionPlan } from './attention/plan.ts'
import { trimPattern } from './attention/pattern.ts'
import { alikePositions, positionInputs } from './attention/positions.ts'
import { attentionGifts, type AttentionGift } from './attention/program.ts'
import { runAttention } from './attention/run.ts'
import { editAttention, editMlp, editStream, isEditedAt } from './edit-states.ts'
import { ATTENTION_EDITS, checkEditable, MLP_EDITS } from './edits.ts'
import { beginAfterMlp, isActive, placeKey, type MlpActivities, type MlpActivity } from './mlp/begin.ts'
import { runExperts } from './mlp/experts.ts'
import { planMlp, type MlpBlock, type MlpCost } from './mlp/plan.ts'
import { mlpGifts, type MlpGift } from './mlp/program.ts'
import { runMlp } from './mlp/run.ts'
import type { Split } from './partition/split.ts'
import { depthOf, firstPositionAfter, orderOfSite, type Passage, type Read } from './passage.ts'
import type { LayerPrograms } from './programs.ts'
import { mlpInputMap, takeRead, type ReadResult, type SiteRows } from './reads.ts'
import type { Mode, Rule } from './rule.ts'
import { beginStarts, presenceAfter, startOf, withFirsts, type Beginning } from './state/begin.ts'
import { Layout, spreadPresence, type Presence } from './state/layout.ts'
import { aligned, keepOnly, relayout } from './state/relayout.ts'
import { rowOf, type RowBuffers, type State } from './state/state.ts'
import { hasBias, hasEnded, lengthOf, type Start, type Track } from './state/track.ts'

export interface SweepOptions {
  rule: Rule
  mode: Mode
  temperature: number
  /**
   * Columns that attention takes at once, and places that the MLP takes at once. Larger blocks: more memory, fewer calls.
   */
  columnsPerBlock: number
  placesPerBlock: number
  /** What a call of the MLP costs besides its places, in places. */
  callInPlaces: number
  signal?: AbortSignal
  onLayer?: (layer: number) => void
}

export interface PassageResult {
  /** In the order of the passage's reads. */
  reads: readonly ReadResult[]
  /** By layer, the pattern of x [H, J, N] over the positions that the layer output; empty for layers not asked for. */
  patterns: readonly Float32Array[]
}

/** A track that knows which passage it is. */
interface PassageTrack extends Track {
  readonly passage: Passage
  /** How many layers it goes through. */
  readonly depth: number
  readonly order: number
}

/** A state whose tracks are passages. */
type SweepState = State<PassageTrack>

/** By name, vectors [R·D] inside an MLP. */
type MlpGiven = ReadonlyMap<MlpGift, Float32Array>

/** How a layer's MLP is run. */
interface MlpStep {
  layer: number
  /** What the MLP's norm reads; null if it is the state itself. */
  normInput: Float32Array | null
  gives: readonly MlpGift[]
  /** Called with what the MLP does to x at a track's position. */
  note: ((track: number, position: number, activity: MlpActivity) => void) | null
}

/** `buffers` belong to the caller, who can keep them so that the next sweep allocates no memory of its own. */
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
  private results: { reads: ReadResult[]; patterns: Float32Array[] }[] = []
  /** The last plans, reused while the layout stays the same. */
  private planned: { input: Layout; plan: AttentionPlan<PassageTrack>; layer: number } | null = null
  private cut: { layout: Layout; blocks: readonly MlpBlock[] } | null = null

  constructor(programs: LayerPrograms, buffers: RowBuffers, options: SweepOptions) {
    this.programs = programs
    this.model = programs.model
    this.options = options
    this.buffers = buffers
  }

  async go(passages: readonly Passage[]): Promise<PassageResult[]> {
    for (const passage of passages) checkPassage(passage)
    this.results = passages.map(({ reads }) => ({ reads: Array<ReadResult>(reads.length), patterns: [] }))
    let state = await this.embedAll(passages.map((passage, order) => (
      { passage, order, tokenIds: passage.tokenIds, depth: depthOf(passage), starts: [] })))
    for (let layer = 0; ; layer++) {
      editStream(state, this.model.config.D, layer, 'resid_pre')
      state = this.beginAtInput(state, layer)
      const { tracks } = state.layout
      const isInput = ({ site }: Read) => orderOfSite(site) === orderOfSite({ layer, name: 'resid_pre' })
      this.hand(tracks, isInput, { layout: state.layout, rows: state.rows, width: this.model.config.D })
      const going = tracks.filter((track) => track.depth > layer)
      if (going.length === 0) {
        this.buffers.give(state.rows)
        return this.results
      }
      if (going.length < tracks.length) state = keepOnly(state, going, this.buffers, this.model.config.D)
      this.options.signal?.throwIfAborted()
      state = await this.runLayer(state, layer)
      this.options.onLayer?.(layer)
    }
  }

  /** Copies the vectors that the tracks read from some rows. */
  private hand(tracks: readonly PassageTrack[], isWanted: (read: Read) => boolean, rows: SiteRows): void {
    for (const [t, { passage, order }] of tracks.entries()) {
      for (const [r, read] of passage.reads.entries()) {
        if (isWanted(read)) this.results[order]!.reads[r] = takeRead(rows, t, read, passage.splits)
      }
    }
  }

  private async embedAll(tracks: readonly PassageTrack[]): Promise<SweepState> {
    const layout = new Layout(tracks, () => 0, () => false)
    const rows = this.buffers.take(layout.rowCount)
    const { D } = this.model.config
    for (const [t, track] of tracks.entries()) {
      const x = await embed(this.model, track.tokenIds)
      for (let i = 0; i < lengthOf(track); i++) rows.set(x.subarray(i * D, (i + 1) * D), layout.xRow(t, i) * D)
    }
    return { layout, rows }
  }

  /** Adds to the tracks the starts of the splits that begin at this point of the layer; null if none begins. */
  private begin(tracks: readonly PassageTrack[], at: Split['at'], layer: number): Beginning<PassageTrack> | null {
    const { config } = this.model
    return beginStarts(tracks, ({ passage }) =>
      passage.splits
        .filter((split) => split.at === at && split.layer === layer)
        .map((split) => startOf(split, config, this.options.mode)))
  }

  /** Splits of the stream that begin at the input of `layer`. */
  private beginAtInput(state: SweepState, layer: number): SweepState {
    const begun = this.begin(state.layout.tracks, 'input', layer)
    if (begun === null) return state
    const { tracks, knownStarts } = begun
    const { D } = this.model.config
    const present = presenceAfter(state, begun, (_t, { split }, m, i) =>
      split.at === 'input' && m < split.components.length && split.exists(m, i))
    const next = relayout(state, this.buffers, D, { tracks, present, knownStarts })
    for (const { track: t, position: i } of next.layout.cells) {
      const x = rowOf(next, next.layout.xRow(t, i), D)
      for (const [s, { split, components }] of tracks[t]!.starts.entries()) {
        if (s < knownStarts[t]! || split.at !== 'input') continue
        for (let m = 0; m < components.length; m++) {
          const row = next.layout.row(t, s, m, i)
          if (row !== 0) split.fill(m, i, x, rowOf(next, row, D))
        }
      }
    }
    return next
  }

  private async runLayer(state: SweepState, layer: number): Promise<SweepState> {
    const { config } = this.model
    const { D } = config
    const middle = await this.runAttention(state, layer)
    const { layout } = middle
    editStream(middle, D, layer, 'resid_mid')
    const at = (name: SiteName) => ({ site }: Read) => site.layer === layer && site.name === name
    this.hand(layout.tracks, at('resid_mid'), { layout, rows: middle.rows, width: D })
    const normInput = config.parallelResidual ? aligned(state, middle, this.buffers, D) : null
    for (const name of ['mlp_normalized', 'mlp_in'] as const) {
      if (!layout.tracks.some(({ passage }) => passage.reads.some(at(name)))) continue
      const map = await mlpInputMap(this.model, layer, name)
      this.hand(layout.tracks, at(name), { layout, rows: normInput ?? middle.rows, width: D, map })
    }
    this.buffers.give(state.rows)
    const after = await this.runMlp(middle, layer, normInput)
    if (normInput !== null) this.buffers.give(normInput)
    editStream(after, D, layer, 'resid_post')
    return after
  }

  private async runAttention(state: SweepState, layer: number): Promise<SweepState> {
    const { config } = this.model
    const begun = this.begin(state.layout.tracks, 'attention', layer)
    const tracks = begun?.tracks ?? state.layout.tracks
    // If every track is read next, and only at its last position, no other position is computed.
    const mixesFirst = tracks.every((track) => firstPositionAfter(track.passage, layer) === lengthOf(track) - 1)
    const gives = attentionGifts.filter((name) => tracks.some((track) => wantsOfAttention(track.passage, layer, name)))
    const isPlain = tracks.every(({ passage }) => passage.hidden === undefined && passage.frozenPatterns === undefined)
    const { planned } = this
    let plan: AttentionPlan<PassageTrack>
    const canKeep = begun === null && !mixesFirst && gives.length === 0 && isPlain
    const servesAgain = planned !== null && planned.input === state.layout && alikePositions(config, layer, planned.layer)
    if (canKeep && servesAgain) {
      plan = planned.plan
    } else {
      plan = planAttention(state.layout, this.layoutAfterAttention(state.layout, tracks, layer), {
        config, mixesFirst, gives,
        splitsHeads: begun !== null,
        hidden: tracks.some(({ passage }) => passage.hidden) ? tracks.map(({ passage }) => passage.hidden ?? null) : null,
        patterns: tracks.some(({ passage }) => passage.frozenPatterns) ? tracks.map(({ passage }) => frozenAt(passage, layer)) : null,
        knownStarts: begun?.knownStarts ?? tracks.map(({ starts }) => starts.length),
        positions: positionInputs(
          config, layer, Math.max(...tracks.map(lengthOf)), tracks.map(({ passage: { promptLength, tokenIds } }) => promptLength ?? tokenIds.length)),
        columnsPerBlock: this.options.columnsPerBlock,
      })
    }
    const next: SweepState = { layout: plan.output, rows: this.buffers.take(plan.output.rowCount) }
    const executable = await this.programs.attention(layer, plan.variant)
    const { split, given } = await runAttention({ executable, plan, config, buffers: this.buffers }, state, next.rows)
    if (begun !== null && split !== null) beginAfterAttention(state, next, { config, ...split, knownStarts: begun.knownStarts })
    this.planned = canKeep ? { input: state.layout, plan, layer } : null
    await editAttention(this.programs, state, next, layer, given)
    this.handAttention(next, layer, given)
    return next
  }

  private handAttention(next: SweepState, layer: number, given: ReadonlyMap<AttentionGift, Float32Array>): void {
    const { layout } = next
    const { D, H, headWidth } = this.model.config
    const widths = { z: H * headWidth, attn_out_raw: D, attn_out: D } as const
    for (const name of ['z', 'attn_out_raw', 'attn_out'] as const) {
      const rows = given.get(name)
      if (rows === undefined) continue
      this.hand(layout.tracks, ({ site }) => site.layer === layer && site.name === name, { layout, rows, width: widths[name] })
    }
    const patterns = given.get('pattern')
    if (patterns === undefined) return
    const size = patterns.length / layout.tracks.length
    const [longest, J] = [Math.max(...layout.tracks.map(lengthOf)), size / H]
    for (const [t, track] of layout.tracks.entries()) {
      if (wantsOfAttention(track.passage, layer, 'pattern')) this.results[track.order]!.patterns.push(
        trimPattern(patterns.subarray(t * size, (t + 1) * size), { H, J: J / longest, N: longest },
          { J: lengthOf(track) - firstPositionAfter(track.passage, layer), N: lengthOf(track) }))
    }
  }

  /** The same layout if nothing changes, so that plans made for it can be reused. */
  private layoutAfterAttention(
    before: Layout<PassageTrack>, tracks: readonly PassageTrack[], layer: number,
  ): Layout<PassageTrack> {
    const spread = spreadPresence(tracks)
    const present: Presence = (t, s, m, i) => {
      const { starts } = tracks[t]!
      const { split } = starts[s]!
      const known = before.tracks[t]?.starts ?? []
      const begins = s >= known.length
      // A replaced split has rows up to the end of the layer in which its replacement begins.
      if (hasEnded(starts[s]!, known)) return false
      return begins && m < split.components.length ? split.exists(m, i) : spread(t, s, m, i)
    }
    const layout = new Layout(tracks, (t) => firstPositionAfter(tracks[t]!.passage, layer), present)
    const isSame = tracks === before.tracks && layout.rowCount === before.rowCount && layout.cells.length === before.cells.length
    return isSame ? before : layout
  }

  private async runMlp(middle: SweepState, layer: number, normInput: Float32Array | null): Promise<SweepState> {
    const { config } = this.model
    const { tracks } = middle.layout
    const isEdited = tracks.some(({ passage }) => isEditedAt(passage, layer, MLP_EDITS))
    const begun = this.begin(tracks, 'mlp', layer)
    const activities = new Map<string, MlpActivity>()
    const after: SweepState = { layout: middle.layout, rows: this.buffers.take(middle.layout.rowCount) }
    const run: MlpStep = {
      layer, normInput,
      gives: mlpGifts.filter((name) => tracks.some((track) => wantsOfMlp(track.passage, layer, name))),
      note: begun === null && !isEdited ? null : (t, i, activity) => activities.set(placeKey(t, i), activity),
    }
    const given = isMixture(config, layer) ? await this.runMixture(middle, after, run) : await this.runPlainMlp(middle, after, run)
    await editMlp(this.programs, middle, after, layer, { activities, given })
    for (const [name, rows] of given) {
      const { layout } = middle
      this.hand(tracks, ({ site }) => site.layer === layer && site.name === name, { layout, rows, width: config.D })
    }
    const next = begun === null ? after : await this.beginAfterMlp(middle, after, layer, begun, activities)
    this.buffers.give(middle.rows)
    return next
  }

  private async runPlainMlp(middle: SweepState, after: SweepState, step: MlpStep): Promise<MlpGiven> {
    const { layer, normInput, gives, note } = step
    const { rule, mode } = this.options
    const deadNeurons = rule === 'softmax' && mode === 'corrected' && (await this.programs.hasDeadNeurons(layer))
    const variant = { ...this.mlpVariant(middle), gives, deadNeurons, isExpert: false }
    const executable = await this.programs.mlp(layer, variant)
    if (this.cut?.layout !== middle.layout) {
      this.cut = { layout: middle.layout, blocks: planMlp(middle.layout, this.mlpCost()) }
    }
    return runMlp(
      {
        config: this.model.config, variant, executable, blocks: this.cut.blocks, normInput,
        temperature: this.temperature(),
        onActivations: note && ((t, i, activations) => note(t, i, { activations, chosen: null })),
      },
      middle, after.rows,
    )
  }

  private runMixture(middle: SweepState, after: SweepState, { layer, normInput, gives, note }: MlpStep): Promise<MlpGiven> {
    return runExperts(
      {
        programs: this.programs, layer, variant: this.mlpVariant(middle), gives, temperature: this.temperature(),
        cost: this.mlpCost(), normInput, onMixture: note,
      },
      middle, after.rows,
    )
  }

  private mlpVariant({ layout: { tracks } }: SweepState) {
    const { rule, mode } = this.options
    // A component that is alone takes all, whatever its relevance, so it need not be forced.
    const competes = (start: Start) => start.excludeFirst && hasBias(start)
    return { rule, mode, forcesFirst: mode === 'reference' || tracks.some(({ starts }) => starts.some(competes)) }
  }

  private mlpCost(): MlpCost {
    return { callInPlaces: this.options.callInPlaces, maxPlaces: this.options.placesPerBlock }
  }

  private temperature(): number {
    return this.options.rule === 'softmax' ? this.options.temperature : 1
  }

  /** Splits into neurons, or into the MLP and the rest, that begin after the MLP of `layer`. */
  private async beginAfterMlp(
    middle: SweepState, after: SweepState, layer: number, splitting: Beginning<PassageTrack>, activities: MlpActivities,
  ): Promise<SweepState> {
    const { D, experts } = this.model.config
    const exists = (t: number, { split }: Start, m: number, i: number) => {
      const activity = activities.get(placeKey(t, i))
      if (split.at !== 'mlp' || activity === undefined) return false
      if (m === split.components.length) return split.fillsBias
      const neuron = split.neuronOf?.(m) ?? null
      return split.exists(m, i) && (neuron === null || isActive(activity, experts, neuron))
    }
    const begun = withFirsts(splitting, exists)
    const present = presenceAfter(after, begun, exists)
    const kept = { ...after, rows: after.rows.slice() }
    const next = relayout(kept, this.buffers, D, { ...begun, present })
    const { knownStarts } = begun
    await beginAfterMlp(this.programs, layer, { middle, after, next, activities, knownStarts })
    return next
  }
}

function checkPassage({ splits, edits, frozenPatterns, givesPatterns }: Passage): void {
  if (splits.length > 0 && (edits ?? []).length > 0) throw new Error('a passage with edits has no splits')
  for (const edit of edits ?? []) checkEditable(edit)
  if (frozenPatterns === undefined) return
  if (splits.length > 0) throw new Error('patterns are frozen in plain passes only')
  if (givesPatterns) throw new Error('frozen patterns are known to whoever gave them')
}

const wantsOfAttention = (passage: Passage, layer: number, name: AttentionGift): boolean =>
  name === 'pattern'
    ? givesPattern(passage, layer) && passage.frozenPatterns === undefined
    : passage.reads.some(({ site }) => site.layer === layer && site.name === name) ||
      isEditedAt(passage, layer, ATTENTION_EDITS)

const givesPattern = ({ givesPatterns = false }: Passage, layer: number): boolean =>
  typeof givesPatterns === 'boolean' ? givesPatterns : givesPatterns.layer === layer

const wantsOfMlp = (passage: Passage, layer: number, name: MlpGift): boolean =>
  passage.reads.some(({ site }) => site.layer === layer && site.name === name) ||
  isEditedAt(passage, layer, MLP_EDITS)

function frozenAt({ frozenPatterns }: Passage, layer: number): Float32Array {
  const pattern = frozenPatterns?.[layer]
  if (pattern === undefined) throw new Error(`no pattern is given for layer ${layer}; a sweep freezes all of its passages or none`)
  return pattern
}
