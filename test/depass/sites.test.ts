/** Vectors read inside the layers: they are what their names say, and components sum to them at every site. */
import { afterAll, describe, expect, it } from 'vitest'
import type { Read } from '../../src/depass/passage.ts'
import type { ReadResult } from '../../src/depass/reads.ts'
import { siteNames, type SiteName } from '../../src/features/site.ts'
import { randomModel, removeModels, sizes, structuralNames, tokensOf } from '../random-model.ts'
import { partitions } from '../invariants/requests.ts'
import { deviation, openPasses, passageOf } from './passes.ts'

afterAll(removeModels)

/** float32 through a few layers. */
const TOLERANCE = 2e-5

const N = 7
const tokenIds = tokensOf(3, N)
const everyPosition = Array.from({ length: N }, (_, i) => i)
const everySite = Array.from({ length: sizes.L }, (_, layer) => siteNames.map((name) => ({ layer, name }))).flat()
const reads: Read[] = everySite.map((site) => ({ site, positions: everyPosition }))

/** Σ over the components of a start, [P, W]. */
function sumOf(start: NonNullable<ReadResult['starts'][number]>): Float64Array {
  const size = start.rows.length / start.components.length
  const sum = new Float64Array(size)
  start.rows.forEach((value, at) => (sum[at % size]! += value))
  return sum
}

describe.each(structuralNames)('%s', (name) => {
  it('reads inside a layer add up to its stream', async () => {
    const passes = await openPasses(randomModel(name).dir)
    const { config } = passes.model
    const [result] = await passes.run([{ tokenIds, splits: [], reads }])
    const at = (layer: number, site: SiteName) => result!.reads[everySite.findIndex((each) => each.layer === layer && each.name === site)]!.x
    const plus = (a: Float32Array, b: Float32Array) => a.map((value, i) => value + b[i]!)
    for (let layer = 0; layer < sizes.L; layer++) {
      expect(deviation(at(layer, 'resid_mid'), plus(at(layer, 'resid_pre'), at(layer, 'attn_out')))).toBeLessThan(TOLERANCE)
      expect(deviation(at(layer, 'resid_post'), plus(at(layer, 'resid_mid'), at(layer, 'mlp_out')))).toBeLessThan(TOLERANCE)
      if (layer > 0) expect(at(layer, 'resid_pre')).toEqual(at(layer - 1, 'resid_post'))
      if (!config.postNorms) {
        expect(at(layer, 'attn_out_raw')).toEqual(at(layer, 'attn_out'))
        expect(at(layer, 'mlp_out_raw')).toEqual(at(layer, 'mlp_out'))
      }
    }
  })

  it.each(Object.entries(partitions))('components sum to the stream at every site: %s', async (_what, partition) => {
    const passes = await openPasses(randomModel(name).dir)
    const passage = passageOf(passes, tokenIds, partition, reads)
    const [result] = await passes.run([passage])
    let compared = 0
    for (const [r, { x, starts }] of result!.reads.entries()) {
      for (const start of starts) {
        if (start === null) continue
        compared++
        expect(deviation(sumOf(start), x), JSON.stringify(everySite[r])).toBeLessThan(TOLERANCE)
      }
    }
    expect(compared).toBeGreaterThan(0)
  })
})

it('reads at some positions are those of a read at all of them', async () => {
  const passes = await openPasses(randomModel('llama 3').dir)
  const site = { layer: 1, name: 'mlp_out' } as const
  const all = passageOf(passes, tokenIds, { by: 'token' }, [{ site, positions: everyPosition }])
  const some = passageOf(passes, tokenIds, { by: 'token' }, [{ site, positions: [2, 5, 6] }])
  const [[whole], [part]] = [await passes.run([all]), await passes.run([some])]
  const { D } = sizes
  const picked = [2, 5, 6].flatMap((i) => [...whole!.reads[0]!.x.subarray(i * D, (i + 1) * D)])
  expect(deviation(part!.reads[0]!.x, picked)).toBeLessThan(TOLERANCE)
  const rows = (result: ReadResult, m: number, p: number, P: number) => result.starts[0]!.rows.subarray((m * P + p) * D, (m * P + p + 1) * D)
  for (const [p, i] of [2, 5, 6].entries()) {
    for (let m = 0; m < N; m++) {
      expect(deviation(rows(part!.reads[0]!, m, p, 3), rows(whole!.reads[0]!, m, i, N))).toBeLessThan(TOLERANCE)
    }
  }
})
