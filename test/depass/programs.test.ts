/** When the programs of a large model are made anew with folded weights. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LayerPrograms } from '../../src/depass/programs.ts'
import { loadModel } from '../../src/model/loaded.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import type { MlpVariant } from '../../src/depass/mlp/program.ts'

const dir = join(import.meta.dirname, '../fixtures/models/qwen2-random')
const variant: MlpVariant = {
  rule: 'softmax', mode: 'corrected', deadNeurons: false, forcesFirst: false, gives: [], isExpert: false,
}
const PLENTY = 2 ** 40

async function open({ mapsWeights = true, weightLimitBytes = PLENTY, foldingPaysAfter }: {
  mapsWeights?: boolean
  weightLimitBytes?: number
  foldingPaysAfter?: number
}) {
  const log: string[] = []
  const engine: Engine = {
    id: 'by-heart',
    mapsWeights,
    async compile({ takesWeightsAsStored }) {
      const form = takesWeightsAsStored ? 'stored' : 'folded'
      log.push(form)
      return { run: async () => ({}), dispose: async () => void log.push(`${form} freed`) }
    },
    close: async () => undefined,
  }
  const programs = new LayerPrograms(await loadModel(dir), engine, weightLimitBytes, foldingPaysAfter)
  return {
    log,
    async sweep(rows: number) {
      await programs.expect(rows)
      for (const layer of [0, 1]) await programs.mlp(layer, variant)
    },
  }
}

describe('the weights of a model', () => {
  it('are taken as they are stored until folding has paid, and are then folded once, a few in each small sweep', async () => {
    const { log, sweep } = await open({ foldingPaysAfter: 100 })
    await sweep(40)
    await sweep(40)
    expect(log).toEqual(['stored', 'stored'])
    await sweep(40)
    expect(log.splice(0)).toEqual(['stored', 'stored', 'stored freed', 'folded'])
    await sweep(40)
    expect(log.splice(0)).toEqual(['stored freed', 'folded'])
    await sweep(40)
    expect(log).toEqual([])
  })

  it('are folded at once for a large sweep, which pays by itself', async () => {
    const { log, sweep } = await open({ foldingPaysAfter: 100 })
    await sweep(10_000)
    expect(log).toEqual(['folded', 'folded'])
  })

  it('are folded at once in a small model, and by an engine that reads whole files', async () => {
    for (const options of [{}, { mapsWeights: false, foldingPaysAfter: 100 }]) {
      const { log, sweep } = await open(options)
      await sweep(1)
      expect(log).toEqual(['folded', 'folded'])
    }
  })

  it('stay as they are stored in a model that streams through, however many small sweeps there are', async () => {
    const { log, sweep } = await open({ weightLimitBytes: 1, foldingPaysAfter: 100 })
    for (let round = 0; round < 5; round++) await sweep(90)
    expect(log).toEqual(['stored', 'stored'])
    await sweep(10_000)
    expect(log.slice(2)).toEqual(['stored freed', 'folded', 'stored freed', 'folded freed', 'folded'])
  })
})
