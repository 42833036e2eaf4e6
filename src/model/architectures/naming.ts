/**
 * Where a family keeps its weights. Names are those of the transformers classes, without the prefix of the class around
 * the decoder; `.weight` and `.bias` follow a module's name. In names `{i}` is the layer, `{h}` the head, `{e}` the expert.
 */
import type { Orientation } from '../weight-ref.ts'

/** How queries, keys and values share the outputs of one linear map. */
export type FusedLayout =
  /** All queries, all keys, all values. */
  | 'inOrder'
  /** By key head: the queries that share it, the key, the value. */
  | 'byGroup'

export type QkvForm = { q: string; k: string; v: string } | { fused: string; layout: FusedLayout }

export type MlpForm =
  | { gate?: string; up: string; down: string }
  /** Gate and up as one map: first all gates, then all ups. */
  | { gateUp: string; down: string }

export type ExpertsForm =
  /** A module for every map of every expert. */
  | { store: 'each'; gate: string; up: string; down: string }
  /** One tensor for all experts: gate and up [E, 2·I, D], down [E, D, I]; [E, D, 2·I] and [E, I, D] where 'in,out'. */
  | { store: 'stacked'; gateUp: string; down: string; orientation: Orientation; interleaved: boolean }
  /** The same as 'in,out', in MXFP4: `_blocks` and `_scales` follow the names (see mxfp4.ts). */
  | { store: 'mxfp4'; gateUp: string; down: string; interleaved: boolean }

export interface Naming {
  /** What may stand before all names but the heads' in a file; nothing may, too. */
  prefixes: readonly string[]
  /** Other spellings of parts of names: what is written here, and what files may have instead. */
  spellings?: readonly (readonly [string, string])[]
  layer: string
  orientation: Orientation
  embedding: string
  positionEmbedding?: string
  finalNorm: string
  head: string
  attnNorm?: string
  /** Of several forms a file has one; the usual one is first. */
  qkv: readonly QkvForm[]
  output: string
  /** A tensor, not a module. */
  sinks?: string
  /** With `{h}` in it: a module for each head. */
  qNorm?: string
  kNorm?: string
  postAttnNorm?: string
  mlpNorm?: string
  mlp: readonly MlpForm[]
  postMlpNorm?: string
  experts?: { router: string; forms: readonly ExpertsForm[] }
}
