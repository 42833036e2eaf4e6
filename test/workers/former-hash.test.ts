/** Weights that an earlier version stored under another hash: still that model, with the keys that its results have. */
import os from 'node:os'
import { expect, test } from 'vitest'
import { resultKey } from '../../src/attribution/key.ts'
import { addModel, findModel, identityOf, removeModel } from '../../src/store/index.ts'
import { compareSample } from '../../workers/recompute.ts'
import { ENGINE, identity, request } from '../store/fixtures.ts'
import { fakeAttributor } from './fake-attributor.ts'
import { useWorkers } from './use-workers.ts'

const kit = useWorkers()
const OLD = '1'.repeat(64)
const OLDER = '2'.repeat(64)
const NOW = '3'.repeat(64)
/** As this version reads the weights. */
const model = { hash: NOW, formerHashes: [OLDER, OLD] }
const location = { host: os.hostname(), path: import.meta.dirname }

test('a model keeps the hash it was stored under: its results are found, computed, and computed again', async () => {
  const stored = await addModel(kit.store, { identity: identity({ hash: OLD }), config: {}, location })
  kit.model = stored.model
  await kit.worker({ model })
  const asked = request({ tokenIds: [4, 5, 6] })
  const key = resultKey(identity({ hash: OLD }), ENGINE, asked)
  expect(await kit.ask([asked])).toEqual([{ state: 'stored', key }])
  expect(await kit.ask([asked])).toEqual([{ state: 'stored', key }])
  expect(kit.calls).toHaveLength(1)

  // The worker has read the weights, so that every hash of theirs is known now.
  for (const name of [OLD, OLDER, NOW]) expect(await findModel(kit.store, name)).toEqual(stored.model)
  const again = await addModel(kit.store, { identity: identity(model), config: {}, location })
  expect(again).toEqual({ model: stored.model, added: false })
  expect(identityOf(again.model).hash).toBe(OLD)

  const differences: unknown[] = []
  const report = await compareSample(kit.store, {
    size: 10, openAttributor: async () => fakeAttributor({ model }), onDifference: (each) => differences.push(each),
    signal: new AbortController().signal,
  })
  expect(differences).toEqual([])
  expect(report).toEqual({ compared: 1, skipped: new Map() })
})

test('other weights are not taken for the model', async () => {
  const worker = await kit.worker({ model: { ...model, formerHashes: [OLDER] } })
  const [outcome] = await kit.ask([request({ tokenIds: [7, 8, 9] })])
  expect(outcome).toMatchObject({ state: 'failed', error: { message: expect.stringContaining('with the weights it was added with') as string } })
  await worker.stop()
})

test('a model that is removed is known by none of its hashes', async () => {
  await removeModel(kit.store, kit.model.id)
  for (const name of [OLD, OLDER, NOW]) expect(await findModel(kit.store, name)).toBeNull()
})
