import { beforeAll, describe, expect, test } from 'vitest'
import { resultKey } from '../../src/attribution/key.ts'
import type { Model } from '../../prisma/generated/client/client.ts'
import { addModel } from '../../src/store/models.ts'
import { findResults, readContributions } from '../../src/store/read-results.ts'
import { saveResults } from '../../src/store/save-results.ts'
import { NEURON_ROWS } from '../../src/store/stored-rows.ts'
import { readVector } from '../../src/store/vectors.ts'
import { ENGINE, identity, item, request, result } from './fixtures.ts'
import { useStore } from './use-store.ts'

const store = useStore()
let model: Model
beforeAll(async () => {
  ;({ model } = await addModel(store, { identity: identity(), config: {} }))
})

const save = (...items: ReturnType<typeof item>[]) => saveResults(store, { model, engine: ENGINE, items })
const counts = async () => {
  const [row] = await store.query<{ results: number; contributions: number; sequences: number; tokens: number }>(
    `SELECT (SELECT count(*)::int FROM result) AS results, (SELECT count(*)::int FROM contribution) AS contributions,
       (SELECT count(*)::int FROM sequence) AS sequences, (SELECT count(*)::int FROM sequence_token) AS tokens`,
  )
  return row
}

test('a result is found by the key of its request, with every contribution as it was', async () => {
  const asked = request({ tokenIds: [1, 2, 3] })
  const [stored] = await save(item(asked, result(asked, [0.1, -1 / 3, 2.5])))
  expect(stored?.key).toBe(resultKey(model, ENGINE, asked))
  expect(await findResults(store, [stored!.key, 'f'.repeat(64)])).toEqual(new Map([[stored!.key, stored]]))
  expect(await readContributions(store, stored!.key)).toMatchObject([
    { ordinal: 0, kind: 'token', componentIndex: 0, layer: null, score: 0.1, magnitude: 0.1 },
    { ordinal: 1, kind: 'token', componentIndex: 1, layer: null, score: -1 / 3, magnitude: 1 / 3 },
    { ordinal: 2, kind: 'token', componentIndex: 2, layer: null, score: 2.5, magnitude: 2.5 },
  ])
  const rows = await readContributions(store, stored!.key, { order: 'magnitude', first: 2 })
  expect(rows.map((row) => row.score)).toEqual([2.5, -1 / 3])
  expect(await store.prisma.result.findUnique({ where: { key: stored!.key } })).toMatchObject({
    targetTokenId: 9,
    targetText: ' t9',
    targetValue: 0.1 - 1 / 3 + 2.5,
    partition: { by: 'token', layer: 0 },
    componentCount: 3,
    storedCount: 3,
    tailMass: 0,
    scoresVectorHash: null,
  })
})

test('what the model would have said is stored beside what was expected, and read by name', async () => {
  const token = (tokenId: number, logit: number) => ({ tokenId, text: ` t${tokenId}`, logit, probability: logit / 10 })
  const asked = [request({ tokenIds: [801] }), request({ tokenIds: [802] }), request({ tokenIds: [803] })]
  await save(
    item(asked[0]!, result(asked[0]!, [1], { prediction: { ...token(9, 6), expected: { ...token(9, 6), rank: 1 } } })),
    item(asked[1]!, result(asked[1]!, [1], { prediction: { ...token(9, 6), expected: { ...token(4, 2), rank: 5 } } })),
    item(asked[2]!, result(asked[2]!, [1])),
  )
  const keys = asked.map((each) => resultKey(model, ENGINE, each))
  const rows = await store.query(
    `SELECT predicted, predicted_logit, predicted_probability, expected, expected_rank, expected_logit, expected_probability, correct
     FROM result_readable WHERE key = ANY($1) ORDER BY array_position($1, key)`,
    [keys],
  )
  const predicted = { predicted: ' t9', predicted_logit: 6, predicted_probability: 0.6 }
  expect(rows).toEqual([
    { ...predicted, expected: ' t9', expected_rank: 1, expected_logit: 6, expected_probability: 0.6, correct: true },
    { ...predicted, expected: ' t4', expected_rank: 5, expected_logit: 2, expected_probability: 0.2, correct: false },
    {
      predicted: null, predicted_logit: null, predicted_probability: null, expected: null, expected_rank: null,
      expected_logit: null, expected_probability: null, correct: null,
    },
  ])
})

test('the same key is stored once: twice in a batch, in two batches, and in many at the same moment', async () => {
  const before = await counts()
  const asked = [11, 12, 13, 14].map((id) => request({ tokenIds: [id, 5] }))
  const items = asked.map((each) => item(each, result(each, [1, 2])))
  const [first, again] = await save(items[0]!, items[0]!)
  expect(again).toEqual(first)
  expect(await save(items[0]!)).toEqual([first])
  // Crosswise, so that transactions meet on each other's keys.
  const batches = [items, [...items].reverse(), items.slice(1), [...items].reverse().slice(1)]
  const stored = await Promise.all(batches.map((batch) => save(...batch)))
  expect(new Set(stored.flat().map(({ id }) => id)).size).toBe(4)
  expect(await counts()).toEqual({
    results: before!.results + 4,
    contributions: before!.contributions + 8,
    sequences: before!.sequences + 4,
    tokens: before!.tokens + 8,
  })
})

test("the model's own next token and that very token are one result, whichever was asked first", async () => {
  for (const [tokenIds, order] of [[[21], ['next', 9]], [[22], [9, 'next']]] as const) {
    const asked = order.map((tokenId) => request({ tokenIds: [...tokenIds], target: { type: 'logit', tokenId } }))
    const [first] = await save(item(asked[0]!, result(asked[0]!, [4])))
    const [second] = await save(item(asked[1]!, result(asked[1]!, [4])))
    expect(second).toEqual(first)
    const keys = asked.map((each) => resultKey(model, ENGINE, each))
    expect(new Set(keys).size).toBe(2)
    expect([...(await findResults(store, keys)).values()]).toEqual([first, first])
  }
})

describe('nothing is half-written', () => {
  test.each([
    ['a score', { contributions: [{ component: { kind: 'token', index: 0, layer: null, label: 'x' }, score: NaN }] }],
    ['the completeness error', { completenessError: Infinity }],
  ] as const)('%s that is no number refuses the whole batch', async (_, broken) => {
    const before = await counts()
    const [good, bad] = [request({ tokenIds: [31] }), request({ tokenIds: [32] })]
    const contributions = 'contributions' in broken ? [...broken.contributions] : result(bad).contributions
    const spoilt = result(bad, [1], { ...broken, contributions })
    await expect(save(item(good), item(bad, spoilt))).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
    expect(await counts()).toEqual(before)
  })

  test('an error of the database half-way leaves the sequences out, too', async () => {
    const before = await counts()
    const asked = request({ tokenIds: [33] })
    const answer = result(asked, [1])
    // No vocabulary is that large, nor is the column.
    answer.target.tokenId = 2 ** 40
    await expect(save(item(asked, answer))).rejects.toThrow()
    expect(await counts()).toEqual(before)
  })

  test('SQL that goes round the store cannot bring in NaN either', async () => {
    const asked = request({ tokenIds: [34] })
    const [stored] = await save(item(asked))
    await expect(
      store.query(
        `INSERT INTO contribution (result_id, score, ordinal, component_index, kind, model_id)
         VALUES ($1, 'NaN', 99, 99, 'token', $2)`,
        [String(stored!.id), model.id],
      ),
    ).rejects.toThrow('contribution_score_finite')
  })
})

test('of many neurons the largest are rows, the rest are a sum and a vector, and nothing is lost', async () => {
  const scores = Array.from({ length: 1000 }, (_, i) => Math.fround(Math.sin(i * 7.1) * (i + 1)))
  const asked = request({ partition: { by: 'neuron', layer: 1 } })
  const answer = result(asked, scores)
  answer.contributions.push({ component: { kind: 'rest', index: 0, layer: 1, label: 'REST' }, score: 0.001 })
  const [stored] = await save(item(asked, answer))
  const row = await store.prisma.result.findUniqueOrThrow({ where: { key: stored!.key } })
  const rows = await readContributions(store, stored!.key)
  expect(rows).toHaveLength(NEURON_ROWS + 1)
  expect(row).toMatchObject({ componentCount: 1001, storedCount: NEURON_ROWS + 1 })
  expect(rows.at(-1)).toMatchObject({ kind: 'rest', ordinal: 1000, score: 0.001 })
  const smallest = Math.min(...rows.filter((each) => each.kind === 'neuron').map((each) => each.magnitude))
  const left = scores.filter((score) => Math.abs(score) < smallest)
  expect(left).toHaveLength(1000 - NEURON_ROWS)
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
  expect(row.tailMass).toBeCloseTo(sum(left), 6)
  expect(sum(rows.map((each) => each.score)) + row.tailMass).toBeCloseTo(sum(scores) + 0.001, 6)
  const vector = await readVector(store, row.scoresVectorHash!)
  expect(vector?.width).toBe(1001)
  expect(Array.from(vector!.values.subarray(0, 1000))).toEqual(scores)
})

test("a direction and a subspace's basis are kept, as vectors", async () => {
  const asked = request({
    target: { type: 'direction', layer: 1, vector: [0.5, -1, 2] },
    partition: { by: 'subspace', layer: 0, basis: [[1, 0, 0], [0, 1, 0]] },
    excludeFirst: false,
  })
  const [stored] = await save(item(asked, result(asked, [1, 2])))
  const row = await store.prisma.result.findUniqueOrThrow({ where: { key: stored!.key } })
  expect(row).toMatchObject({ targetType: 'direction', targetLayer: 1, targetTokenId: null, targetProbability: null })
  expect([...(await readVector(store, row.targetVectorHash!))!.values]).toEqual([0.5, -1, 2])
  const basis = await readVector(store, (row.partition as { basis: string }).basis)
  expect(basis).toMatchObject({ rows: 2, width: 3 })
  expect([...basis!.values]).toEqual([1, 0, 0, 0, 1, 0])
})

test('a token that stands for the byte 0 is stored as its picture', async () => {
  const asked = request({ tokenIds: [3] })
  const each = item(asked, result(asked, [1]))
  const tokens = [{ id: 3, text: '\0', start: null, end: null }]
  const stored = await save({ ...each, sequence: { ...each.sequence, tokens } })
  const { sequence } = await store.prisma.result.findUniqueOrThrow({
    where: { key: stored[0]!.key },
    select: { sequence: { select: { tokens: true } } },
  })
  expect(sequence.tokens).toMatchObject([{ tokenId: 3, text: '␀' }])
})

test('a model takes its results and its partition along, and leaves those of others', async () => {
  const other = await addModel(store, { identity: identity({ hash: 'c'.repeat(64), name: 'other' }), config: {} })
  const asked = request({ tokenIds: [41, 42] })
  await save(item(asked))
  await saveResults(store, { model: other.model, engine: ENGINE, items: [item(asked, undefined, other.model)] })
  const before = await counts()
  await store.prisma.model.delete({ where: { id: other.model.id } })
  expect(await counts()).toMatchObject({ results: before!.results - 1, contributions: before!.contributions - 3 })
  expect(await store.query('SELECT 1 FROM pg_class WHERE relname = $1', [`contribution_${other.model.id}`])).toEqual([])
})

test.each([
  ['63 digits', 'a'.repeat(63)],
  ['65 digits', 'a'.repeat(65)],
  ['a line break after 64 digits', `${'a'.repeat(64)}\n`],
  ['a line break among 64 characters', `${'a'.repeat(63)}\n`],
  ['upper case', 'A'.repeat(64)],
  ['a letter that is no digit', `${'a'.repeat(63)}g`],
  ['64 characters of more bytes', 'é'.repeat(64)],
  ['32 characters of 64 bytes', 'é'.repeat(32)],
  ['nothing', ''],
])('the database takes no key of %s, whoever writes', async (_, key) => {
  const asked = request({ tokenIds: [811] })
  const [stored] = await save(item(asked, result(asked, [1])))
  for (const statement of ['UPDATE result SET key = $2 WHERE key = $1', 'UPDATE result SET next_key = $2 WHERE key = $1',
    'UPDATE sequence SET hash = $2 WHERE id = (SELECT sequence_id FROM result WHERE key = $1)']) {
    await expect(store.query(statement, [stored!.key, key])).rejects.toThrow(/violates check constraint/)
  }
})
