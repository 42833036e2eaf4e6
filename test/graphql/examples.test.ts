/** Every query in `schema/examples` runs as it stands: the page at `/` and the README show them. */
import { beforeAll, describe, expect, it } from 'vitest'
import { readExamples } from './read-examples.ts'
import { fakeAttributions, fakeHeads } from './fake-ports.ts'
import { seedFeatures } from './feature-seed.ts'
import { useGraphql } from './harness.ts'
import { keyOf, MODEL } from './seed.ts'

const harness = useGraphql()
beforeAll(async () => {
  await seedFeatures(harness.database, harness.modelId)
})

describe('the example', () => {
  it.each(readExamples().map(({ name, query }) => [name, query] as const))('%s', async (_name, query) => {
    const attributions = fakeAttributions(() => ({ state: 'stored', key: keyOf(0, 'token') }))
    const variables = query.includes('$model') ? { model: MODEL.slug } : {}
    const { data, errors } = await harness.run(query, { variables, ports: { attributions, heads: fakeHeads } })
    expect(errors).toEqual([])
    // An example that finds nothing shows nothing.
    expect(JSON.stringify(data)).not.toMatch(/^\{"\w+":(null|\{"nodes":\[\]\})\}$/)
  })
})
