/** Graphs, heads, interventions and two prompts of a real small model over HTTP. */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { hasShared, reason, sharedPath } from '../shared.ts'
import { useDemoServer } from './demo-server.ts'

const CLOSES = 1e-5
const GIRL = 'Once upon a time, there was a little girl named'
const BOY = 'Once upon a time, there was a little boy named'

describe.skipIf(!hasShared)(`stories260k over GraphQL (skipped where ${reason})`, () => {
  const kit = useDemoServer({ model: sharedPath('models/stories260k'), slug: 'stories' })

  async function ask<T>(schema: z.ZodType<T>, query: string): Promise<T> {
    const { data, errors } = await kit.ask(query)
    expect(errors).toBeUndefined()
    return schema.parse(data)
  }

  it('has a graph of heads and MLPs whose edges sum to the values', async () => {
    const schema = z.object({ attributionGraph: z.object({ completenessError: z.number(), nodeCount: z.number(), edgeCount: z.number() }) })
    const { attributionGraph: graph } = await ask(schema, `{ attributionGraph(input: { model: "stories", text: "${GIRL}", by: HEAD }) {
      completenessError nodeCount edgeCount } }`)
    expect(graph.completenessError).toBeLessThan(CLOSES)
    expect(graph.edgeCount).toBeGreaterThan(graph.nodeCount)
  })

  it('has heads whose scores are sums over pairs of components', async () => {
    const schema = z.object({ headAttention: z.object({ keys: z.array(z.object({ completenessError: z.number() })) }) })
    const { headAttention: { keys } } = await ask(schema, `{ headAttention(input: {
      model: "stories", text: "${GIRL}", layer: 3, head: 2, partition: { head: { layer: 1 } } }) { keys { completenessError } } }`)
    expect(keys).toHaveLength(5)
    for (const { completenessError } of keys) expect(completenessError).toBeLessThan(CLOSES)
  })

  it('says something else without a sublayer, also where the pattern is frozen', async () => {
    const side = z.object({ value: z.number() })
    const schema = z.object({ intervention: z.object({ before: side, free: side, frozen: side }) })
    const { intervention: { before, free, frozen } } = await ask(schema, `{ intervention(input: {
      model: "stories", text: "${GIRL}", changes: { modules: [{ layer: 1, module: MLP }] } }) { before { value } free { value } frozen { value } } }`)
    expect(free.value).not.toBe(before.value)
    expect(frozen.value).not.toBe(free.value)
  })

  it('differs between two prompts by the parts that differ', async () => {
    const input = (text: string) => `{ model: "stories", text: "${text}", target: { logit: { text: " Lily" } }, partition: { token: {} } }`
    const schema = z.object({ attributionContrast: z.object({
      value: z.number(), completenessError: z.number(), differences: z.array(z.object({ difference: z.number() })),
    }) })
    const { attributionContrast: { value, completenessError, differences } } = await ask(schema, `{ attributionContrast(input: {
      first: ${input(GIRL)}, second: ${input(BOY)} }) { value completenessError differences(first: 100) { difference } } }`)
    expect(completenessError).toBeLessThan(1e-4)
    const sum = differences.reduce((total, { difference }) => total + difference, 0)
    expect(sum).toBeCloseTo(value, 3)
  })
})
