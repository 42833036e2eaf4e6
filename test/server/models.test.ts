/** What the server can tell of a model that it has not loaded. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { openModelFolder } from '../../src/model/folder.ts'
import { openModels } from '../../server/models.ts'
import { addModel, type Model } from '../../src/store/index.ts'
import { identity } from '../store/fixtures.ts'
import { useStore } from '../store/use-store.ts'

const folder = path.join(import.meta.dirname, '../fixtures/models/qwen2-random')
const config = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')))

const store = useStore()
let known: Model
let unknown: Model
beforeAll(async () => {
  const sizes = { tokenizerHash: null, maxPositions: 4 }
  known = (await addModel(store, { identity: identity({ ...sizes, name: 'known' }), config })).model
  unknown = (await addModel(store, { identity: identity({ ...sizes, name: 'unknown', hash: 'c'.repeat(64) }), config: {} })).model
})

const question = { by: 'token' as const, tokenIds: [1, 2, 3, 4, 5] }

it('refuses a prompt that is too long with what it would have cost', async () => {
  const refusal = openModels(store, 'an-engine').prepare(known.id, question)
  await expect(refusal).rejects.toThrow(/at most 4 \(it would have needed [\d.]+ [KM]iB of memory, up to [\d.]+ [KM]iB as ps shows it, and [\d.]+ [kM]FLOP for 6 components\)/)
})

it('refuses it without the cost where the configuration is unknown', async () => {
  await expect(openModels(store, 'an-engine').prepare(unknown.id, question)).rejects.toThrow(/takes at most 4; shorten it by 1 token/)
})

it('lets others in between the long texts that one query asks about', async () => {
  const demo = path.join(import.meta.dirname, '../../demo/model')
  const folder = await openModelFolder(demo)
  const { model } = await addModel(store, { identity: folder.identity, config, location: { host: 'here', path: demo } })
  const models = openModels(store, 'an-engine', 'here')
  const ask = () => models.prepare(model.id, { by: 'group', text: 'The capital of France is Paris. '.repeat(500) })
  await expect(ask()).rejects.toMatchObject({ code: 'TOO_LARGE' })
  const order: string[] = []
  const texts = Array.from({ length: 4 }, () => ask().catch(() => order.push('text')))
  // Turns of the event loop, as another request needs them.
  for (const turn of [1, 2, 3]) await nextTurn().then(() => order.push(`other ${turn}`))
  await Promise.all(texts)
  expect(order).toHaveLength(7)
  expect(order.at(-1)).toBe('text')
})

it('refuses more decoded tokens than anyone reads', async () => {
  const asked = { by: 'neuron' as const, layer: 'all' as const, tokenIds: [1, 2], decode: 100 }
  await expect(openModels(store, 'an-engine').prepare(known.id, asked)).rejects.toThrow(/100 decoded tokens for each of \d+ components are \d+/)
})
