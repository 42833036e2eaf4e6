/** Applies the edits of passages to the states of a sweep: at each site in turn, then on to the stream after the site. */
import type { AttentionGift } from './attention/program.ts'
import {
  ATTENTION_EDITS, attentionSublayer, editSublayer, LayerEdits, MLP_EDITS, mlpSublayer, type EditName,
} from './edits.ts'
import { placeKey, type MlpActivities } from './mlp/begin.ts'
import type { MlpGift } from './mlp/program.ts'
import type { Passage } from './passage.ts'
import type { LayerPrograms } from './programs.ts'
import { rowOf, type State } from './state/state.ts'
import type { Track } from './state/track.ts'

/** A track that knows the edits of its passage. */
type EditedTrack = Track & { readonly passage: Pick<Passage, 'edits'> }

const editsOf = (tracks: readonly EditedTrack[], layer: number): LayerEdits[] =>
  tracks.map(({ passage }) => new LayerEdits(passage.edits ?? [], layer))

/** Whether a passage is edited at one of these sites of the layer. */
export const isEditedAt = ({ edits }: Passage, layer: number, names: readonly EditName[]): boolean =>
  new LayerEdits(edits ?? [], layer).has(...names)

/** The stream itself, in place. */
export function editStream(
  { layout, rows }: State<EditedTrack>, D: number, layer: number, name: 'resid_pre' | 'resid_mid' | 'resid_post',
): void {
  const edits = editsOf(layout.tracks, layer)
  if (!edits.some((each) => each.has(name))) return
  for (const { track, position, offset } of layout.cells) {
    const x = rowsAt(rows, offset, D)
    x.set(edits[track]!.apply(name, x, position))
  }
}

/** Edits the sites of attention. `given` holds the vectors of the layer's attention at these sites, [R·W] each. */
export async function editAttention(
  programs: LayerPrograms, before: State, after: State<EditedTrack>, layer: number, given: ReadonlyMap<AttentionGift, Float32Array>,
): Promise<void> {
  const edits = editsOf(after.layout.tracks, layer)
  if (!edits.some((each) => each.has(...ATTENTION_EDITS))) return
  const { D, H, headWidth } = programs.model.config
  const sublayer = await attentionSublayer(programs, layer)
  const names = { inner: 'z', raw: 'attn_out_raw', out: 'attn_out' } as const
  for (const { track, position, offset } of after.layout.cells) {
    const vector = (name: AttentionGift, width: number) => rowsAt(given.get(name)!, offset, width)
    const vectors = { inner: vector('z', H * headWidth), raw: vector('attn_out_raw', D), out: vector('attn_out', D) }
    const out = await editSublayer(programs.model, edits[track]!, names, sublayer, vectors, position)
    if (out === vectors.out) continue
    const x = rowOf(before, before.layout.xRow(track, position), D)
    after.rows.set(out.map((value, d) => x[d]! + value), offset * D)
  }
}

/** Edits the sites of the MLP. `before` has the layout of `after`. */
export async function editMlp(
  programs: LayerPrograms, before: State, after: State<EditedTrack>, layer: number,
  { activities, given }: { activities: MlpActivities; given: ReadonlyMap<MlpGift, Float32Array> },
): Promise<void> {
  const edits = editsOf(after.layout.tracks, layer)
  if (!edits.some((each) => each.has(...MLP_EDITS))) return
  const { D } = programs.model.config
  const sublayer = await mlpSublayer(programs, layer)
  const names = { inner: 'neurons', raw: 'mlp_out_raw', out: 'mlp_out' } as const
  for (const { track, position, offset } of after.layout.cells) {
    const vector = (name: MlpGift) => rowsAt(given.get(name)!, offset, D)
    const inner = activities.get(placeKey(track, position))!.activations
    const vectors = { inner, raw: vector('mlp_out_raw'), out: vector('mlp_out') }
    const out = await editSublayer(programs.model, edits[track]!, names, sublayer, vectors, position)
    if (out === vectors.out) continue
    const x = rowOf(before, offset, D)
    after.rows.set(out.map((value, d) => x[d]! + value), offset * D)
  }
}

const rowsAt = (rows: Float32Array, row: number, width: number) => rows.subarray(row * width, (row + 1) * width)
