/**
 * The plain pass of a module graph: what every sublayer of every layer adds at every position, and the part that its
 * biases add. N positions, D width, H heads, L layers.
 */
import { once } from '../depass/partition/component.ts'
import type { MlpSplit } from '../depass/partition/split.ts'
import type { Passage } from '../depass/passage.ts'
import type { Passes } from '../depass/passes.ts'
import type { Site } from '../features/site.ts'
import type { GraphRequest } from './request.ts'
import { directionOf, type LayerReads, type ModuleNode } from './sublayer.ts'

/** How many sites the pass reads in each layer. */
const SITES = 3

export interface PlainPass {
  /** [N], up to the position where the logits are read. */
  tokenIds: readonly number[]
  N: number
  /** [D]: the stream at the end, where the logits are read. */
  x: Float32Array
  layer(layer: number): LayerReads
  /** [N, D]: what the biases of a layer's MLP add; null if it has none. */
  mlpBias(layer: number): Float32Array | null
}

export async function plainPass(request: GraphRequest, passes: Passes, signal?: AbortSignal): Promise<PlainPass> {
  const { L, D, biases: has } = passes.model.config
  const tokenIds = request.tokenIds.slice(0, request.position + 1)
  const N = tokenIds.length
  const positions = [...tokenIds.keys()]
  const sites: Site[] = [...Array(L).keys()].flatMap((layer) => [
    { layer, name: 'z' }, { layer, name: 'attn_out_raw' }, { layer, name: 'mlp_out' },
  ] satisfies Site[])
  const final: Site = { layer: L, name: 'resid_pre' }
  const { splits, biases } = has.mlp ? biasProbes(L, N, D) : { splits: [], biases: [] }
  const passage: Passage = {
    tokenIds, promptLength: request.tokenIds.length, splits, reads: [...sites, final].map((site) => ({ site, positions })), givesPatterns: true,
  }
  const [swept] = await passes.run([passage], { ...(signal && { signal }) })
  const { reads, patterns } = swept!
  return {
    tokenIds, N,
    x: reads.at(-1)!.x.subarray((N - 1) * D),
    layer(layer) {
      const [z, attnRaw, mlpOut] = reads.slice(layer * SITES, (layer + 1) * SITES).map(({ x }) => x)
      return { z: z!, attnRaw: attnRaw!, mlpOut: mlpOut!, pattern: patterns[layer]! }
    },
    mlpBias: (layer) => biases[layer] ?? null,
  }
}

/**
 * What a layer's MLP adds at each position, without its biases. Splits without components. They only record what the
 * biases of each layer's MLP add at every position: [N, D] by layer.
 */
export function mlpNodes(plain: PlainPass, layer: number): { node: ModuleNode; vector: Float32Array; direction: Float64Array }[] {
  const { mlpOut } = plain.layer(layer)
  const own = plain.mlpBias(layer)
  const D = mlpOut.length / plain.N
  return [...Array(plain.N).keys()].map((position) => {
    const vector = mlpOut.slice(position * D, (position + 1) * D)
    if (own) for (let d = 0; d < D; d++) vector[d]! -= own[position * D + d]!
    const { length, direction } = directionOf(vector)
    return { node: { kind: 'mlp', layer, index: 0, position, value: length }, vector, direction }
  })
}

/** Splits of nothing that learn what the biases of each layer's MLP add at every position: [N, D] by layer. */
function biasProbes(layers: number, N: number, D: number): { splits: MlpSplit[]; biases: (Float32Array | null)[] } {
  const biases = Array.from({ length: layers }, (): Float32Array | null => null)
  const splits = biases.map((_, layer): MlpSplit => ({
    at: 'mlp', layer, components: [once('rest', layer)], local: 1, fillsBias: false,
    exists: () => false,
    fill({ position, downBias }) {
      if (downBias === null) return
      const all = (biases[layer] ??= new Float32Array(N * D))
      all.set(downBias, position * D)
    },
  }))
  return { splits, biases }
}
