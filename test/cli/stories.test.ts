/** Graphs, heads and interventions of a real small model, and two prompts of it, from the command line. */
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { main } from '../../cli/main.ts'
import { hasShared, reason, sharedPath } from '../shared.ts'
import { recordedContext } from './context.ts'

const CLOSES = 1e-5

describe.skipIf(!hasShared)(`stories260k (skipped where ${reason})`, () => {
  const model = sharedPath('models/stories260k')
  const set = sharedPath('golden/features/stories260k-blocks.2.hook_resid_pre')
  const prompt = ['--model', model, '--threads', '1', '--text', 'Once upon a time, there was a little girl named']

  async function run<T>(schema: z.ZodType<T>, command: string, ...args: string[]): Promise<T> {
    const context = recordedContext()
    const status = await main([command, ...prompt, '--json', ...args], context)
    expect([status, context.said]).toEqual([0, ''])
    return schema.parse(JSON.parse(context.printed))
  }

  const graphSchema = z.object({
    metadata: z.object({ tributary: z.object({ completenessError: z.number(), whole: z.object({ edges: z.number() }) }) }),
    nodes: z.array(z.object({ feature_type: z.string() })), links: z.array(z.object({ weight: z.number() })),
  })
  it.each([
    ['heads and MLPs', ['--by', 'head'], 'attention head'], ['sublayers', ['--by', 'module'], 'attention'],
    ['features', ['--sae', set], 'cross layer transcoder'], ['features, with total edges', ['--sae', set, '--edges', 'total'], 'cross layer transcoder'],
  ])('has a graph of %s whose edges sum to the values', async (_name, flags, type) => {
    expect(existsSync(set)).toBe(true)
    const { metadata: { tributary }, nodes, links } = await run(graphSchema, 'graph', ...flags)
    expect(tributary.completenessError).toBeLessThan(CLOSES)
    expect(tributary.whole.edges).toBeGreaterThan(links.length)
    expect(nodes.some(({ feature_type: kind }) => kind === type)).toBe(true)
  })

  it('has heads whose scores are sums over pairs of components', async () => {
    const schema = z.object({ keys: z.array(z.object({ completenessError: z.number(), score: z.number(), byKey: z.array(z.number()) })) })
    const { keys } = await run(schema, 'attribute', '--attention', '3.2', '--by', 'head', '--layer', '1')
    expect(keys).toHaveLength(5)
    for (const { completenessError } of keys) expect(completenessError).toBeLessThan(CLOSES)
  })

  it.each([
    ['a head', ['--heads', '2.1']], ['the top tokens', ['--top', '2']], ['a sublayer', ['--modules', '1.mlp']], ['a position', ['--mask', '3']],
    ['a feature', ['--ablate', `${set}/0`]],
  ])('says what it says without %s', async (_name, flags) => {
    const side = z.object({ value: z.number() })
    const { before, free, frozen } = await run(z.object({ before: side, free: side, frozen: side }), 'intervene', ...flags)
    expect([before, free, frozen].every(({ value }) => Number.isFinite(value))).toBe(true)
  })

  it('differs between two prompts by the parts that differ', async () => {
    const schema = z.object({ value: z.number(), differences: z.array(z.object({ difference: z.number() })) })
    const { value, differences } = await run(schema, 'attribute', '--target', ' Lily', '--against', 'Once upon a time, there was a little boy named')
    const largest = Math.max(...differences.map(({ difference }) => Math.abs(difference)))
    expect(Math.abs(differences.reduce((sum, { difference }) => sum + difference, 0) - value)).toBeLessThan(1e-4 * largest)
  })
})
