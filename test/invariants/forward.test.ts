/** The undecomposed pass is the model: its logits are those of an independent forward pass in float64. */
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { openAttributor } from '../../src/attribution/open.ts'
import { randomModel, removeModels, sizes, variantNames } from '../random-model.ts'
import { logitsOf } from './forward.ts'
import { plainModel } from './plain-architectures.ts'
import { N, request, tokenIds, worstOf } from './requests.ts'

/** Of the largest logit; float32 through three layers (seen: 7e-7). */
const FLOAT32_TOLERANCE = 1e-5

afterAll(removeModels)

describe.each(variantNames)('%s', (name) => {
  it('gives the logits of every token at every position', async () => {
    const model = randomModel(name)
    const expected = logitsOf(plainModel(model.config, model.tensors), tokenIds)
    const attributor = await openAttributor(model.dir, { threads: 1 })
    const asked = Array.from({ length: N }, (_, position) => Array.from({ length: sizes.V }, (_, tokenId) =>
      request({ partition: { by: 'group', groups: [tokenIds.map((_, i) => i)] }, position, target: { type: 'logit', tokenId } })))
    const results = await attributeRequests(attributor, asked.flat())
    await attributor.close()
    expect(worstOf(results.map(({ target }) => target.value), expected.flat())).toBeLessThan(FLOAT32_TOLERANCE)
    // softmax of the same logits
    const last = expected.at(-1)!
    const total = last.reduce((sum, z) => sum + Math.exp(z), 0)
    const probabilities = results.slice(-sizes.V).map(({ target }) => target.probability ?? Number.NaN)
    expect(worstOf(probabilities, last.map((z) => Math.exp(z) / total))).toBeLessThan(10 * FLOAT32_TOLERANCE)
  })
})
