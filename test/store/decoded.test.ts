import { beforeAll, expect, test } from 'vitest'
import type { Model } from '../../prisma/generated/client/client.ts'
import type { DecodedComponent } from '../../src/attribution/result.ts'
import { decodedColumn, readDecoded } from '../../src/store/decoded.ts'
import { addModel } from '../../src/store/models.ts'
import { saveResults } from '../../src/store/save-results.ts'
import { ENGINE, identity, item, request, result } from './fixtures.ts'
import { useStore } from './use-store.ts'

const store = useStore()
let model: Model
beforeAll(async () => {
  ;({ model } = await addModel(store, { identity: identity(), config: {} }))
})

const decodedOf = (logit: number, text = ' Paris'): DecodedComponent[] => [
  { component: { kind: 'token', index: 0, layer: null, label: ' The' }, tokens: [{ id: 7, text, logit }] },
]

test('what was decoded comes back as it was, and null where nothing was', async () => {
  const asked = [request({ decode: 1 }), request()]
  const items = asked.map((each) => item(each, result(each, [1], each.decode ? { decoded: decodedOf(1 / 3, 'a\0b') } : {})))
  const stored = await saveResults(store, { model, engine: ENGINE, items })
  expect(new Set(stored.map(({ key }) => key)).size).toBe(2)
  const read = async (key: string | undefined) =>
    readDecoded((await store.prisma.result.findUniqueOrThrow({ where: { key: key ?? '' } })).decoded)
  // U+0000 cannot be stored.
  const tokens = [{ id: 7, text: 'a\u2400b', logit: 1 / 3 }]
  expect(await read(stored[0]?.key)).toEqual([{ kind: 'token', index: 0, layer: null, tokens }])
  expect(await read(stored[1]?.key)).toBeNull()
})

test('a logit that is no number is refused with the component it belongs to', () => {
  expect(() => decodedColumn({ decoded: decodedOf(NaN) })).toThrow('gave the logit NaN for  The; nothing of it was stored.')
})
