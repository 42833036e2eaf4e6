/** Vectors handed out of a sweep: of x and of every component, at the sites and positions that a passage reads. */
import { loadNorm, type LoadedModel } from '../model/loaded.ts'
import type { SiteName } from '../features/site.ts'
import { frozenNorm, type FrozenNorm } from './frozen-norm.ts'
import type { SplitComponent } from './partition/component.ts'
import { orderOfBeginning, orderOfSite, type Read } from './passage.ts'
import type { Layout } from './state/layout.ts'
import type { Start } from './state/track.ts'

export interface ReadStart {
  components: readonly SplitComponent[]
  /** [M, P, W] */
  rows: Float32Array
}

/** What one read of a passage gives. P positions read, W the width of the site's vectors. */
export interface ReadResult {
  width: number
  /** [P, W]: the stream's own vectors. */
  x: Float32Array
  /** In the order of the splits; null for a split that begins after the site. */
  starts: readonly (ReadStart | null)[]
}

/** The rows of a layout from which a site is read, and the map from a row to the site's vector where they differ. */
export interface SiteRows {
  layout: Layout
  /** [R·width] */
  rows: Float32Array
  width: number
  /** Makes the map for the position that x [width] belongs to. `isBias` is true for x itself and for BIAS. */
  map?(x: Float32Array): FrozenNorm
}

/** Copies what `read` asks of track number `t`. `splitOf`: the number of a start's split in its passage. */
export function takeRead(
  { layout, rows, width, map }: SiteRows, t: number, read: Read, splits: readonly Start['split'][],
): ReadResult {
  const track = layout.tracks[t]!
  const P = read.positions.length
  const x = new Float32Array(P * width)
  const starts: (ReadStart | null)[] = splits.map(() => null)
  const order = orderOfSite(read.site)
  const rowAt = (row: number) => rows.subarray(row * width, (row + 1) * width)
  if (read.visit) return visitRead({ layout, rows, width, ...(map && { map }) }, t, read, x)
  const taken = track.starts.flatMap((start, s) =>
    orderOfBeginning(start.split.at, start.split.layer) > order ? [] : [{ start, s, rows: new Float32Array(start.components.length * P * width) }])
  for (const [p, position] of read.positions.entries()) {
    const own = rowAt(layout.xRow(t, position))
    const mapped = map?.(own)
    x.set(mapped ? mapped(own, true) : own, p * width)
    for (const { start, s, rows: into } of taken) {
      for (let m = 0; m < start.components.length; m++) {
        const at = layout.row(t, s, m, position)
        const isBias = start.components[m]!.kind === 'bias'
        // A norm's own bias reaches BIAS even where BIAS has no row yet.
        if (at === 0 && !(isBias && mapped)) continue
        const row = rowAt(at)
        into.set(mapped ? mapped(row, isBias) : row, (m * P + p) * width)
      }
    }
  }
  for (const { start, rows: into } of taken) starts[splits.indexOf(start.split)] = { components: start.components, rows: into }
  return { width, x, starts }
}

/** Hands the vectors to the visitor instead of copying them. */
function visitRead(
  { layout, rows, width, map }: SiteRows, t: number, { positions, visit }: Read, x: Float32Array,
): ReadResult {
  const rowAt = (row: number) => rows.subarray(row * width, (row + 1) * width)
  const { starts } = layout.tracks[t]!
  for (const [p, position] of positions.entries()) {
    const own = rowAt(layout.xRow(t, position))
    const mapped = map?.(own)
    const whole = mapped ? mapped(own, true) : own
    x.set(whole, p * width)
    visit!({
      position,
      x: whole,
      row(split, component) {
        const s = starts.findIndex((start) => start.split === split)
        const at = layout.row(t, s, component, position)
        const isBias = starts[s]?.components[component]?.kind === 'bias'
        if (at === 0 && !(isBias && mapped)) return null
        return mapped ? mapped(rowAt(at), isBias) : rowAt(at)
      },
    })
  }
  return { width, x, starts: [] }
}

/**
 * Maps for the sites after the norm in front of an MLP: rows times the frozen scale of x; for `mlp_in` also times the gain,
 * plus the bias. If the model has no norm there, the MLP reads the stream itself.
 */
export async function mlpInputMap(model: LoadedModel, layer: number, name: SiteName): Promise<NonNullable<SiteRows['map']>> {
  const norm = await loadNorm(model, layer, 'mlp')
  if (norm === null) return () => (row) => Float64Array.from(row)
  const parts = name === 'mlp_in' ? norm : { gain: null, bias: null }
  return (x) => frozenNorm(model.config.norm, parts, x)
}
