/** NaN and infinity never leave the pass. */
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { openAttributor } from '../../src/attribution/open.ts'
import { randomModel, removeModels, sizes, type Tensor } from '../random-model.ts'
import { attributeOne, request } from './requests.ts'

afterAll(removeModels)

const scale = (name: string, factor: number, from = 0, to = Infinity) => (tensors: Map<string, Tensor>) => {
  const { data } = tensors.get(name)!
  for (let at = from; at < Math.min(to, data.length); at++) data[at]! *= factor
}
const refused = { code: 'ENGINE_FAILED', message: expect.stringContaining('NaN or infinity') }
const partition = { by: 'token' }

describe.each(['onnx', 'tfjs'] as const)('on %s', (engine) => {
  it('a stream that overflows is refused, and what is read before it is not', async () => {
    const edit = scale('model.layers.1.mlp.down_proj.weight', 3e38)
    const attributor = await openAttributor(randomModel('llama 2', { edit }).dir, { engine, threads: 1 })
    await expect(attributeRequests(attributor, [request({ partition })])).rejects.toMatchObject(refused)
    const vector = Array.from({ length: sizes.D }, () => 1)
    const before = await attributeOne(attributor, request({ partition, target: { type: 'direction', layer: 1, vector } }))
    expect(before.completenessError).toBeLessThan(1e-5)
    await attributor.close()
  })

  it("another token's logit that overflows makes the probability NaN: refused", async () => {
    const edit = (tensors: Map<string, Tensor>) => {
      scale('model.norm.weight', 1e3)(tensors)
      // Two rows of the head, one against the other: one of the logits is large and positive.
      const { data } = tensors.get('lm_head.weight')!
      const { D } = sizes
      for (let d = 0; d < D; d++) data[10 * D + d] = -(data[9 * D + d]! *= 1e38)
    }
    const attributor = await openAttributor(randomModel('llama 2', { edit }).dir, { engine, threads: 1 })
    await expect(attributeRequests(attributor, [request({ partition })])).rejects.toMatchObject(refused)
    await attributor.close()
  })

  it('a component that speaks for a token with an infinite logit is refused when it is decoded', async () => {
    const edit = (tensors: Map<string, Tensor>) => {
      opposeHeads(tensors, 2, 1e5)
      scale('lm_head.weight', 1e36)(tensors)
    }
    const attributor = await openAttributor(randomModel('llama 2', { edit }).dir, { engine, threads: 1 })
    const heads = request({ partition: { by: 'head', layer: 2 } })
    expect((await attributeOne(attributor, heads)).target.probability).toBeGreaterThanOrEqual(0)
    await expect(attributeRequests(attributor, [{ ...heads, decode: 3 }])).rejects.toMatchObject(refused)
    await attributor.close()
  })
})

/** Heads 0 and 1 of a layer do the same, `factor` times as strongly, and one the other way round: together nothing. */
function opposeHeads(tensors: ReadonlyMap<string, Tensor>, layer: number, factor: number): void {
  const at = `model.layers.${layer}.self_attn`
  for (const name of ['q_proj', 'k_proj', 'v_proj']) {
    const { data } = tensors.get(`${at}.${name}.weight`)!
    const size = data.length / sizes.H
    data.copyWithin(size, 0, size)
  }
  const { data, shape } = tensors.get(`${at}.o_proj.weight`)!
  const width = shape[1]! / sizes.H
  for (let row = 0; row < sizes.D; row++) {
    for (let d = 0; d < width; d++) {
      const place = row * shape[1]! + d
      data[place]! *= factor
      data[place + width] = -data[place]!
    }
  }
}
