/** What a mixture of experts costs, and what its neurons are called. */
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { attributeRequests } from '../../../src/attribution/attributor.ts'
import { openAttributor } from '../../../src/attribution/open.ts'
import { OnnxEngine } from '../../../src/tensor/onnx/engine.ts'
import { randomModel, removeModels } from '../../random-model.ts'
import { request, scoresOf, tokenIds } from '../../invariants/requests.ts'

/** Of random-layouts.ts. */
const [EXPERTS, CHOSEN, EXPERT_I, LAYERS] = [4, 2, 7, 3]

afterAll(removeModels)
afterEach(() => vi.restoreAllMocks())

const open = () => openAttributor(randomModel('mixtral').dir, { threads: 1 })

describe('a mixture of experts', () => {
  it('neither reads nor runs an expert that no position chose', async () => {
    const compile = vi.spyOn(OnnxEngine.prototype, 'compile')
    const attributor = await open()
    await attributeRequests(attributor, [request({ tokenIds: tokenIds.slice(0, 1), partition: { by: 'token' } })])
    const compiled = (name: string) => compile.mock.calls.filter(([program]) => program.name === name).length
    expect(compiled('mlp')).toBe(LAYERS * CHOSEN)
    expect(compiled('router')).toBe(LAYERS)
    await attributor.close()
  })

  it('has E · I neurons; those of experts that are not chosen are listed and give nothing', async () => {
    const attributor = await open()
    expect(attributor.model.neurons).toBe(EXPERTS * EXPERT_I)
    const asked = request({ tokenIds: tokenIds.slice(0, 1), partition: { by: 'neuron', layer: 1 } })
    const [result] = await attributeRequests(attributor, [asked])
    await attributor.close()
    // The rest first, then neuron e · I + k of the layer.
    const [, ...scores] = scoresOf(result!)
    const active = Array.from({ length: EXPERTS }, (_, e) => scores.slice(e * EXPERT_I, (e + 1) * EXPERT_I).filter((score) => score !== 0).length)
    expect(active.sort()).toEqual([0, 0, EXPERT_I, EXPERT_I])
    expect(result!.completenessError).toBeLessThan(1e-5)
  })

  it('is estimated by the experts that a position uses, not by all', async () => {
    const attributor = await open()
    const cost = (neurons?: number[]) =>
      attributor.prepare(request({ tokenIds: tokenIds.slice(0, 1), partition: { by: 'neuron', layer: 0, ...(neurons && { neurons }) } })).plan!.cost
    const every = [...Array(EXPERTS * EXPERT_I).keys()]
    expect(cost().components).toBe(1 + EXPERTS * EXPERT_I)
    expect(cost()).toEqual(cost(every))
    // One position can use two experts' neurons at most.
    const two = cost(every.slice(0, CHOSEN * EXPERT_I))
    expect([cost().flops, cost().bytes]).toEqual([two.flops, two.bytes])
    await attributor.close()
  })

  it('refuses a neuron that the layer does not have, where layers differ', async () => {
    const attributor = await openAttributor(randomModel('qwen3 with experts').dir, { threads: 1 })
    const ask = (layer: number | 'all') => () => attributor.prepare(request({ partition: { by: 'neuron', layer, neurons: [25] } }))
    expect(ask(0)).not.toThrow()
    expect(ask(1)).toThrow(/Neuron 25 was asked for; layer 1 has the neurons 0 to 19\./)
    expect(ask('all')).toThrow(/layer 1 has the neurons 0 to 19/)
    await attributor.close()
  })
})
