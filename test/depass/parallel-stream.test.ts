/** In a parallel residual the MLP reads what stood before attention: the stream beside a sublayer that is split, and no part of it. */
import { afterAll, expect, it } from 'vitest'
import { once } from '../../src/depass/partition/component.ts'
import type { AttentionSplit } from '../../src/depass/partition/split.ts'
import type { Read } from '../../src/depass/passage.ts'
import { Passes } from '../../src/depass/passes.ts'
import { randomModel, removeModels, tokensOf } from '../random-model.ts'

afterAll(removeModels)

/** What attention adds, and the stream around it under either of its names. */
const splitOf = (around: 'stream' | 'residual'): AttentionSplit => ({
  at: 'attention', layer: 1, components: [once('attention', 1), once(around, 1)],
  exists: () => true,
  fill(m, { entering, leaving }, row) {
    if (m === 1) row.set(entering)
    else if (m === 0) row.set(leaving.map((value, d) => value - entering[d]!))
    else row.fill(0)
  },
})

it.each(['gpt_neox', 'cohere', 'falcon', 'stablelm'] as const)('the MLP of %s takes nothing of what its attention adds, and all of the stream', async (name) => {
  const passes = await Passes.open(randomModel(name).dir, { threads: 1 })
  try {
    const tokenIds = tokensOf(3, 4)
    for (const around of ['stream', 'residual'] as const) {
      const split = splitOf(around)
      const shares: number[][] = []
      const read: Read = {
        site: { layer: 1, name: 'mlp_out' }, positions: [3],
        visit: ({ row, x }) => void shares.push([0, 1].map((m) => Math.hypot(...Array.from(row(split, m) ?? [0])) / Math.hypot(...Array.from(x)))),
      }
      await passes.run([{ tokenIds, splits: [split], reads: [read] }])
      expect(shares[0]![0], around).toBeLessThan(1e-6)
      expect(shares[0]![1], around).toBeGreaterThan(0.1)
    }
  } finally {
    await passes.close()
  }
})
