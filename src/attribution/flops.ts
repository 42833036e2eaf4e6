/**
 * Needed arithmetic of a passage (depass.md "Work and its floor"): 2·rows·(D·K·dh + D·H·dh + (gate + down)·D·I) a layer,
 * with the rows that can be non-zero. Where a split begins at a token partition its components are single rows; where
 * the stream is read only the positions that are read go past attention.
 */
import type { Split } from '../depass/partition.ts'
import type { Passage } from '../depass/sweep.ts'
import { componentCount } from '../depass/budget.ts'
import { modelHasBiases } from '../depass/partition.ts'
import type { ModelConfig } from '../model/config.ts'

export function neededFlops(config: ModelConfig, { splits, tokenIds, readLayer }: Passage): number {
  const N = tokenIds.length
  let flops = 0
  for (let layer = 0; layer < readLayer; layer++) {
    const last = layer === readLayer - 1
    // x itself is carried along through every layer.
    flops += rowFlops(config, N, last ? 1 : N)
    for (const split of splits) {
      if (split.layer > layer) continue
      const all = reachedRows(split, config, N)
      const atEnd = componentCount(split, config, N) + (modelHasBiases(config) ? 1 : 0)
      const begins = split.layer === layer
      if (begins && split.at === 'mlp') continue
      const values = begins ? (split.at === 'input' ? startRows(split, config, N) : 0) : all
      flops += rowFlops(config, values, last ? atEnd : all)
    }
  }
  return flops
}

/** Values of `before` rows, everything else of `after` rows. */
function rowFlops({ D, H, K, I, headWidth }: ModelConfig, before: number, after: number): number {
  return 2 * (before * D * K * headWidth + after * (D * H * headWidth + 2 * D * I))
}

function startRows(split: Split, config: ModelConfig, N: number): number {
  return split.by === 'token' || split.by === 'group' ? N : componentCount(split, config, N) * N
}

function reachedRows(split: Split, config: ModelConfig, N: number): number {
  const bias = modelHasBiases(config) ? N : 0
  if (split.by === 'token') return (N * (N + 1)) / 2 + bias
  if (split.by === 'group') {
    return split.groups.reduce((sum, group) => sum + Math.max(0, N - Math.min(...group)), 0) + bias
  }
  return componentCount(split, config, N) * N + bias
}
