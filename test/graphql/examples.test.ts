/** Every query in `schema/examples` runs as it stands: the page at `/` and the README show them. */
import { describe, expect, it } from 'vitest'
import { readExamples } from '../../src/server/examples.ts'
import { fakeAttributions } from './fakePorts.ts'
import { useGraphql } from './harness.ts'
import { keyOf, MODEL } from './seed.ts'

const harness = useGraphql()

describe('the example', () => {
  it.each(readExamples().map(({ name, query }) => [name, query] as const))('%s', async (_name, query) => {
    const attributions = fakeAttributions(() => ({ state: 'stored', key: keyOf(0, 'token') }))
    const variables = query.includes('$model') ? { model: MODEL.slug } : {}
    const { data, errors } = await harness.run(query, { variables, ports: { attributions } })
    expect(errors).toEqual([])
    // An example that finds nothing shows nothing.
    expect(JSON.stringify(data)).not.toMatch(/^\{"\w+":(null|\{"nodes":\[\]\})\}$/)
  })
})
