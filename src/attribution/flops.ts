/**
 * The arithmetic that a passage needs (depass.md "Work and its floor"), in floating point operations. A layer takes
 * 2·rows·(D·K·dh + D·H·dh + (gate + down)·D·I), where rows are those that can be non-zero. I counts the neurons that a
 * position uses; in a mixture, those of its chosen experts. A token partition begins with a single row for each
 * component. After the attention of the last layer, only the positions from the first one read are left.
 */
import { modelHasBiases, mostComponents, reachedRows, type Split } from '../depass/partition/split.ts'
import { depthOf, firstPositionAfter, type Passage } from '../depass/passage.ts'
import { activeNeurons, type ModelConfig } from '../model/config.ts'

export function neededFlops(config: ModelConfig, passage: Passage): number {
  const { splits, tokenIds } = passage
  const N = tokenIds.length
  const depth = depthOf(passage)
  const bias = modelHasBiases(config) ? 1 : 0
  let flops = 0
  for (let layer = 0; layer < depth; layer++) {
    // After the last layer, only the positions from the first one that is read are left.
    const left = N - firstPositionAfter(passage, layer)
    const last = left < N
    // x itself is carried along through every layer.
    flops += rowFlops(config, layer, N, left)
    for (const split of splits) {
      if (split.layer > layer || hasEnded(split, splits, layer)) continue
      const all = reachedRows(split, N) + bias * N
      const atEnd = Math.min(all, (mostComponents(split, N) + bias) * left)
      const begins = split.layer === layer
      if (begins && split.at === 'mlp') continue
      flops += rowFlops(config, layer, begins ? startRows(split) : all, last ? atEnd : all)
    }
  }
  return flops
}

/** Whether the split is gone before the attention of the layer begins. */
const hasEnded = (split: Split, splits: readonly Split[], layer: number) =>
  (split.local !== undefined && split.layer < layer) || splits.some(({ replaces, at, layer: from }) => replaces?.split === split && (at === 'input' ? from <= layer : from < layer))

/** The value projection takes `before` rows; everything else takes `after` rows. */
function rowFlops(config: ModelConfig, layer: number, before: number, after: number): number {
  const { D, H, K, headWidth } = config
  const I = activeNeurons(config, layer)
  return 2 * (before * D * K * headWidth + after * (D * H * headWidth + 2 * D * I))
}

/** Rows that go into the attention of the layer in which a split begins. */
const startRows = (split: Split) => (split.at === 'input' ? split.startRows : 0)
