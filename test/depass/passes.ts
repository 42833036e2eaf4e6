/** Passes over random models, opened once for a file's tests. */
import type { Partition } from '../../src/depass/partition/kinds.ts'
import { partitionSchema, splitsOf } from '../../src/depass/partition/kinds.ts'
import type { Split } from '../../src/depass/partition/split.ts'
import { orderOfBeginning, orderOfSite, type Passage, type Read } from '../../src/depass/passage.ts'
import { Passes } from '../../src/depass/passes.ts'
import type { Mode } from '../../src/depass/rule.ts'
import { openedOnce } from '../opened-once.ts'

export const openPasses = openedOnce((dir: string) => Passes.open(dir, { threads: 1 }))

/** A passage that splits by `partition` and reads all of `reads`. */
export function passageOf(
  { model: { config } }: Passes, tokenIds: readonly number[], partition: unknown, reads: readonly Read[], mode: Mode = 'corrected',
): Passage {
  const isRead = (at: Split['at'], layer: number) =>
    reads.some(({ site }) => orderOfBeginning(at, layer) <= orderOfSite(site))
  const parsed: Partition = partitionSchema.parse(partition)
  const splits = splitsOf(parsed, { config, mode, N: tokenIds.length, isRead, excludeFirst: false })
  return { tokenIds, splits, reads }
}

/** Largest |a − b|, relative to the largest |b|. */
export function deviation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let [worst, scale] = [0, 0]
  for (let i = 0; i < b.length; i++) {
    worst = Math.max(worst, Math.abs(a[i]! - b[i]!))
    scale = Math.max(scale, Math.abs(b[i]!))
  }
  return scale === 0 ? worst : worst / scale
}
