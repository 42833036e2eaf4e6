/**
 * Edges into MLPs (module-edges.ts, step 3). In a second sweep, the components of every layer's MLP are the nodes at each
 * position. They stay at their position and are not carried further. The share of each node is what the rule of the
 * decomposed pass gives it. This works for every kind of MLP that the sweep knows, including mixtures of experts.
 */
import type { SplitComponent } from '../depass/partition/component.ts'
import type { AttentionSplit } from '../depass/partition/split.ts'
import type { Passage, Read } from '../depass/passage.ts'
import type { Passes } from '../depass/passes.ts'
import { dot } from '../depass/readout.ts'
import type { EdgeList } from './node.ts'
import type { GraphRequest } from './request.ts'
import { directionOf, type Sources } from './sublayer.ts'

/** A layer whose MLP is decomposed: what it reads, and its nodes. */
export interface MlpLayer {
  layer: number
  /** The nodes at each position when the MLP runs. */
  sources: { node: number; vector: Float32Array; position: number }[]
  /** [N, D]: the sum of the biases up to the MLP; null if the model has none. */
  bias: { node: number; vectors: Float32Array } | null
  /** [N, D]: what the MLP's own biases add; null if it has none. */
  own: Float32Array | null
  /** By position: the vector of its node, and the edges into it. */
  nodes: { vector: Float32Array; list: EdgeList }[]
}

/** A copy of what a layer's MLP reads at this moment. */
export const standing = ({ at, bias }: Sources): Pick<MlpLayer, 'sources' | 'bias'> => ({
  sources: at.flatMap((there, position) => there.map((source) => ({ ...source, position }))),
  bias: bias && { node: bias.node, vectors: bias.vectors.slice() },
})

/** For cost estimates: a split with as many components as there will be, without rows. */
export function localSplit(layer: number, N: number, perPosition: number): AttentionSplit {
  const components = Array.from({ length: N * perPosition }, (_, m): SplitComponent => {
    const position = Math.floor(m / perPosition)
    return { kind: 'rest', index: m, position, layer, first: position }
  })
  return { at: 'attention', layer, components, local: perPosition, exists: (m, i) => components[m]!.first === i, fill: () => undefined }
}

export async function addMlpEdges(
  passes: Passes, tokenIds: readonly number[], layers: readonly MlpLayer[], { rule, temperature, tokenIds: { length: promptLength } }: GraphRequest, signal?: AbortSignal,
): Promise<void> {
  const splits = layers.map(splitOf)
  const positions = [...tokenIds.keys()]
  const reads = layers.map((layer, at): Read => ({
    site: { layer: layer.layer, name: 'mlp_out' },
    positions,
    visit: ({ position, row }) => {
      const { vector, list } = layer.nodes[position]!
      const { length, direction } = directionOf(vector)
      for (const [m, source] of layer.sources.entries()) {
        if (source.position !== position) continue
        const share = row(splits[at]!, m)
        if (share !== null) list.add(source.node, dot(direction, share))
      }
      if (layer.bias) {
        const share = row(splits[at]!, layer.sources.length)
        const less = layer.own?.subarray(position * vector.length, (position + 1) * vector.length)
        list.add(layer.bias.node, (share === null ? 0 : dot(direction, share)) - (less ? dot(direction, less) : 0))
      }
      list.close(length, 0)
    },
  }))
  const passage: Passage = { tokenIds, promptLength, splits, reads }
  await passes.run([passage], { rule, temperature, ...(signal && { signal }) })
}

function splitOf({ layer, sources, bias }: MlpLayer): AttentionSplit {
  const components = sources.map(({ position }, m): SplitComponent => ({ kind: 'rest', index: m, position, layer, first: position }))
  const counts = new Map<number, number>()
  for (const { position } of sources) counts.set(position, (counts.get(position) ?? 0) + 1)
  return {
    at: 'attention', layer, components,
    local: Math.max(...counts.values()),
    exists: (m, position) => sources[m]!.position === position,
    fill(m, { position }, row) {
      if (m < sources.length) row.set(sources[m]!.vector)
      else if (bias) row.set(bias.vectors.subarray(position * row.length, (position + 1) * row.length))
    },
  }
}
