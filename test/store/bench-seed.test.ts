/** What the benchmarks put into a store is found by what they ask: they run seldom, and would else wait for an answer in vain. */
import { expect, test } from 'vitest'
import { resultKey } from '../../src/attribution/key.ts'
import { addModel } from '../../src/store/index.ts'
import { benchRequest, seed } from '../bench/store-seed.ts'
import { ENGINE, identity } from './fixtures.ts'
import { useStore } from './use-store.ts'

const store = useStore()

test('a seeded result has the key of its question, for a model without a tokenizer', async () => {
  const { model } = await addModel(store, { identity: identity({ tokenizerHash: null, vocabularySize: 100_000 }), config: {} })
  await seed(store, model, 50)
  const keys = [0, 1].map((i) => resultKey(model, ENGINE, benchRequest(i)))
  expect((await store.query<{ key: string }>('SELECT key FROM result')).map(({ key }) => key).sort()).toEqual(keys.sort())
})
