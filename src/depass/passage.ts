/**
 * A passage: one sequence that a sweep carries, how it is split, and where it is read. Sites and beginnings of splits are
 * in the order of computation: a split that begins at one of them exists at every later one.
 */
import type { Site, SiteName } from '../features/site.ts'
import type { Edit } from './edits.ts'
import type { Split } from './partition/split.ts'

/** Vectors that are handed out: those of one site, at some positions. */
export interface Read {
  readonly site: Site
  /** Ascending; at least one. */
  readonly positions: readonly number[]
  /** Called with every position in turn, for callers who only sum over the components. Their vectors are then not copied. */
  readonly visit?: (visited: Visited) => void
}

/** The vectors of one position, valid during the call. W the width of the site's vectors. */
export interface Visited {
  position: number
  /** [W]: the stream's own. */
  x: ArrayLike<number>
  /** [W]: a component of a split, BIAS last; null if it has no row at this position. */
  row(split: Split, component: number): ArrayLike<number> | null
}

export interface Passage {
  /** [N], up to the last position that is read. */
  readonly tokenIds: readonly number[]
  /**
   * Tokens of the whole prompt, because some rotary positions depend on its length; absent if `tokenIds` is the whole
   * prompt.
   */
  readonly promptLength?: number
  readonly splits: readonly Split[]
  readonly reads: readonly Read[]
  /** Interventions; only in passages without splits. */
  readonly edits?: readonly Edit[]
  /** Positions that no other position may attend to. */
  readonly hidden?: ReadonlySet<number>
  /** Whether the attention patterns of x are handed out: of all layers, or of one alone, which takes less memory. */
  readonly givesPatterns?: boolean | { readonly layer: number }
  /** By layer, the pattern [H, J, N] of another passage that attention is frozen at instead of computing its own. */
  readonly frozenPatterns?: readonly Float32Array[]
}

/** Steps within a layer. Splits begin between the sites. */
const STEPS = {
  resid_pre: 0,
  input: 0,
  z: 1,
  attn_out_raw: 2,
  attn_out: 3,
  attention: 4,
  resid_mid: 5,
  mlp_normalized: 6,
  mlp_in: 7,
  mlp_out_raw: 8,
  mlp_out: 9,
  mlp: 10,
  resid_post: 11,
} as const satisfies Record<SiteName | Split['at'], number>

/** More than a layer has steps. */
const LAYER = 16

/** Where a site lies in the order of computation. The stream after a layer is the stream before the next. */
export const orderOfSite = ({ layer, name }: Site): number =>
  name === 'resid_post' ? (layer + 1) * LAYER : layer * LAYER + STEPS[name]

/** Where a split begins in the order of computation: it can be read at this site and at later ones. */
export const orderOfBeginning = (at: Split['at'], layer: number): number => layer * LAYER + STEPS[at]

/**
 * How many layers have to run until a site is known: all layers before it, and its own unless the site is that layer's
 * input.
 */
export const layersUntil = (site: Site): number => Math.ceil(orderOfSite(site) / LAYER)

/** How many layers a passage goes through. */
export const depthOf = ({ reads }: Pick<Passage, 'reads'>): number => Math.max(...reads.map(({ site }) => layersUntil(site)))

/** The first position that a layer must output: after the last layer, only positions that are read are needed. */
export function firstPositionAfter({ reads }: Pick<Passage, 'reads'>, layer: number): number {
  const later = reads.filter(({ site }) => layersUntil(site) > layer)
  if (later.some(({ site }) => layersUntil(site) > layer + 1)) return 0
  return Math.min(...later.map(({ positions }) => positions[0]!))
}
