/**
 * Interventions inside a plain pass: hooks at the sites, which change the stream's own vectors before the pass goes on.
 * After a changed vector, only a linear projection or a norm is left in its sublayer. So the sublayer's output is computed
 * again here on the host, in float64, for the positions that changed. A passage with edits has no splits: an edited stream
 * has no frozen values with which components could be carried.
 *
 * Shapes: D residual width, H heads, I neurons; W the width of the site's vectors.
 */
import { UserError } from '../errors.ts'
import { isMixture, neuronsOf } from '../model/config.ts'
import { loadNorm, type LoadedModel } from '../model/loaded.ts'
import type { Site } from '../features/site.ts'
import { frozenNorm, type NormParts } from './frozen-norm.ts'
import type { LayerPrograms } from './programs.ts'

/** Where a vector can be changed: a site, or the activations [I] of a layer's neurons, which the down projection reads. */
export type EditSite = Site | { layer: number; name: 'neurons' }

export interface Edit {
  readonly site: EditSite
  /** Changes the vector [W] of one position in place. */
  apply(vector: Float32Array, position: number): void
}

export type EditName = EditSite['name']

/** Sites whose vectors are computed from the stream. Changing them would not change the rest of the stream. */
const DERIVED: readonly EditName[] = ['mlp_in', 'mlp_normalized']

export function checkEditable({ site }: Edit): void {
  if (!DERIVED.includes(site.name)) return
  throw new UserError(
    'BAD_INPUT',
    `The site ${site.layer}.${site.name} is derived from the stream and cannot be changed by itself; ` +
      'change resid_mid of the same layer, or what the MLP writes.',
  )
}

/** The edits of one layer by name, in the order given. An edit of resid_post is made right after the layer's MLP. */
export class LayerEdits {
  private readonly edits: readonly Edit[]
  constructor(edits: readonly Edit[], layer: number) {
    this.edits = edits.filter(({ site }) => site.layer === layer)
  }

  has(...names: EditName[]): boolean {
    return this.edits.some(({ site }) => names.includes(site.name))
  }

  /** The vector after its edits; the same array if the site has none. */
  apply(name: EditName, vector: Float32Array, position: number): Float32Array {
    const wanted = this.edits.filter(({ site }) => site.name === name)
    if (wanted.length === 0) return vector
    const changed = vector.slice()
    for (const edit of wanted) edit.apply(changed, position)
    return changed
  }
}

/** The vectors of attention that must be known if one of them is edited. */
export const ATTENTION_EDITS = ['z', 'attn_out_raw', 'attn_out'] as const
export const MLP_EDITS = ['neurons', 'mlp_out_raw', 'mlp_out'] as const

/** How a sublayer gets from its inner vectors to what it adds to the stream. */
export interface Sublayer {
  /** How many inner numbers one part of the projection takes: all of them, or one expert's neurons. */
  partWidth: number
  /** [partWidth, D]: the output projection, or the down projection. */
  projection(part: number): Promise<Float32Array>
  postNorm: NormParts | null
}

export async function attentionSublayer(programs: LayerPrograms, layer: number): Promise<Sublayer> {
  const { model } = programs
  return {
    partWidth: model.config.H * model.config.headWidth,
    projection: keptByPart(() => programs.outputProjection(layer)),
    postNorm: await loadNorm(model, layer, 'postAttention'),
  }
}

export async function mlpSublayer(programs: LayerPrograms, layer: number): Promise<Sublayer> {
  const { model } = programs
  const experts = isMixture(model.config, layer) ? model.config.experts : null
  return {
    partWidth: experts?.I ?? neuronsOf(model.config, layer),
    projection: keptByPart(async (part) => (await programs.downProjection(layer, experts && part)).rows),
    postNorm: await loadNorm(model, layer, 'postMlp'),
  }
}

function keptByPart(read: (part: number) => Promise<Float32Array>): (part: number) => Promise<Float32Array> {
  const kept = new Map<number, Promise<Float32Array>>()
  return (part) => {
    const found = kept.get(part) ?? read(part)
    kept.set(part, found)
    return found
  }
}

export interface SublayerVectors {
  /** [inner]: z, or the neurons' activations; in a mixture, multiplied by their expert's weight. */
  inner: Float32Array
  /** [D]: the output before a post-norm. */
  raw: Float32Array
  /** [D]: what is added to the stream. */
  out: Float32Array
}

/** What the sublayer adds to the stream at one position after the edits; `out` itself if nothing changed. */
export async function editSublayer(
  model: LoadedModel, edits: LayerEdits, names: { inner: EditName; raw: EditName; out: EditName },
  sublayer: Sublayer, vectors: SublayerVectors, position: number,
): Promise<Float32Array> {
  const { postNorm } = sublayer
  const inner = edits.apply(names.inner, vectors.inner, position)
  let raw = inner === vectors.inner ? vectors.raw : await addProjected(vectors.raw, inner, vectors.inner, sublayer)
  raw = edits.apply(names.raw, raw, position)
  const out = raw === vectors.raw ? vectors.out : postNorm === null ? raw : Float32Array.from(frozenNorm(model.config.norm, postNorm, raw)(raw, true))
  return edits.apply(names.out, out, position)
}

/** raw + (inner − before) · projection, in float64. */
async function addProjected(
  raw: Float32Array, inner: Float32Array, before: Float32Array, { partWidth, projection }: Sublayer,
): Promise<Float32Array> {
  const D = raw.length
  const sum = Float64Array.from(raw)
  for (let first = 0; first < inner.length; first += partWidth) {
    const change = Float64Array.from({ length: partWidth }, (_, k) => inner[first + k]! - before[first + k]!)
    if (change.every((value) => value === 0)) continue
    const rows = await projection(first / partWidth)
    for (const [k, value] of change.entries()) {
      if (value !== 0) for (let d = 0; d < D; d++) sum[d]! += value * rows[k * D + d]!
    }
  }
  return Float32Array.from(sum)
}
