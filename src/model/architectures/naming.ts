/**
 * Where a family keeps its weights. Names are those of the transformers classes, without the prefix of the class that
 * contains the decoder; `.weight` and `.bias` follow a module's name. In names, `{i}` is the layer, `{h}` the head, `{e}`
 * the expert.
 */
import type { Orientation } from '../weight-ref.ts'

/** How queries, keys and values share the outputs of one linear map. */
export type FusedLayout =
  /** All queries, all keys, all values. */
  | 'inOrder'
  /** By key head: the queries that share the key, then the key, then the value. */
  | 'byGroup'

export type QkvForm = { q: string; k: string; v: string } | { fused: string; layout: FusedLayout }

export type MlpForm =
  | { gate?: string; up: string; down: string }
  /** Gate and up as one map: first all gates, then all ups. */
  | { gateUp: string; down: string }

export type ExpertsForm =
  /** A separate module for every map of every expert. */
  | { store: 'each'; gate: string; up: string; down: string }
  /** One tensor for all experts: gate and up [E, 2·I, D], down [E, D, I]; [E, D, 2·I] and [E, I, D] where 'in,out'. */
  | { store: 'stacked'; gateUp: string; down: string; orientation: Orientation; interleaved: boolean }
  /** The same as 'in,out', in MXFP4: `_blocks` and `_scales` follow the names (see mxfp4.ts). */
  | { store: 'mxfp4'; gateUp: string; down: string; interleaved: boolean }

export interface Naming {
  /** Prefixes that names (except the heads') may have in a file; a file may also use no prefix. */
  prefixes: readonly string[]
  /** Pairs for parts of names: the spelling used here, and another one that files may have. */
  spellings?: readonly (readonly [string, string])[]
  layer: string
  orientation: Orientation
  embedding: string
  positionEmbedding?: string
  finalNorm: string
  head: string
  attnNorm?: string
  /** The possible forms, the usual one first; a file has one of them. */
  qkv: readonly QkvForm[]
  output: string
  /** A tensor, not a module. */
  sinks?: string
  /** If the name contains `{h}`, each head has its own module. */
  qNorm?: string
  kNorm?: string
  postAttnNorm?: string
  mlpNorm?: string
  mlp: readonly MlpForm[]
  postMlpNorm?: string
  experts?: { router: string; forms: readonly ExpertsForm[] }
}
