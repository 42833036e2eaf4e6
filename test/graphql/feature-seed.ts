/** Features in the small world of seed.ts: one set of twelve, swept over the prompts, explained, and attributed. */
import type { PrismaClient } from '../../prisma/generated/client/client.ts'

const sha = (digit: string) => digit.repeat(64)

export const SOURCE = '1-res'
export const SET_HASH = sha('9')
export const FEATURES = 12
/** The last one never fires, and nobody knows what it is about. */
const DEAD = FEATURES - 1
export const WHY_KEY = `${sha('8').slice(1)}w`.replace('w', '0')
export const DOES_KEY = `${sha('8').slice(1)}1`

const bytes = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer)

export async function seedFeatures(database: PrismaClient, modelId: number): Promise<{ setId: number; sweepId: number }> {
  const set = await database.featureSet.create({
    data: {
      modelId, source: SOURCE, sourceSet: 'res', hash: SET_HASH, format: 'saelens', layer: 1, site: '1.resid_pre', width: 8,
      writtenWidth: 8, featureCount: FEATURES, activation: 'relu', normalisation: 'none', claims: {}, verdict: 'ok',
      varianceExplained: 0.9, l0: 2, silent: 0.1, selfTest: {},
    },
  })
  const setId = set.id
  await database.feature.createMany({ data: Array.from({ length: FEATURES }, (_, index) => featureRow(setId, index)) })
  const dataset = await database.dataset.findUniqueOrThrow({ where: { slug: 'capitals' } })
  const sweep = await database.featureSweep.create({
    data: {
      setId, datasetId: dataset.id, status: 'done', prompts: 3, options: {}, engine: 'onnx-cpu-float32', tokens: 15n, firings: 20n,
      sampled: 15, finishedAt: new Date('2026-01-02T03:04:05Z'),
    },
  })
  const sequences = await database.sequence.findMany({ orderBy: { id: 'asc' } })
  await database.featureSequence.createMany({ data: sequences.map(({ id }) => ({ sweepId: sweep.id, sequenceId: id })) })
  for (let index = 0; index < FEATURES; index++) {
    await database.featureStatistics.create({ data: statisticsRow(setId, sweep.id, index) })
    if (index === DEAD) continue
    for (const [rank, { id: sequenceId }] of sequences.entries()) {
      const value = 4 - rank
      const example = {
        setId, index, sweepId: sweep.id, interval: value >= 4 ? 10 : value >= 2 ? 9 : 8, sequenceId, position: 3, value, first: 1,
        values: bytes([0, 0.5, value, 0]),
      }
      await database.featureExample.create({ data: { ...example, kind: 'strongest', rank } })
      if (rank < 2) await database.featureExample.create({ data: { ...example, kind: 'interval', rank: 0 } })
    }
  }
  await explain(database, setId)
  await attributions(database, modelId, sequences[0]!.id)
  return { setId, sweepId: sweep.id }
}

const featureRow = (setId: number, index: number) => ({
  setId, index, decoderNorm: 1 + index / 4,
  topTokens: [300 + index, 7], topTexts: [` word${index}`, ' the'], topLogits: [2.5, 1],
  bottomTokens: [9], bottomTexts: [' not'], bottomLogits: [-1.5],
  logitBins: [1, 510, 1], logitLow: -1.5, logitHigh: 2.5,
  neighbours: [(index + 1) % FEATURES, (index + 2) % FEATURES], cosines: [0.75, 0.5],
})

/** Densities of neighbours are equal, two by two: pages must not lose one of a pair. */
const statisticsRow = (setId: number, sweepId: number, index: number) => ({
  setId, sweepId, index,
  ...(index === DEAD
    ? { fired: 0n, density: 0, mean: null, max: null, histogram: Array<number>(80).fill(0), coFiring: [], coFiringShare: [], sampled: 0 }
    : {
        fired: 3n, density: Math.floor(index / 2) / 16 + 0.125, mean: 3, max: 4 + index, sampled: 3,
        histogram: Array.from({ length: 80 }, (_, bin) => (bin === 32 || bin === 36 || bin === 40 ? 1 : 0)),
        coFiring: [(index + 3) % FEATURES], coFiringShare: [0.5],
      }),
})

const DESCRIPTIONS = ['names of capitals', 'capital letters at the start', 'countries in Europe', 'the verb to be']

async function explain(database: PrismaClient, setId: number): Promise<void> {
  for (const [index, description] of DESCRIPTIONS.entries()) {
    await database.featureExplanation.create({
      data: { setId, index, description, author: 'file', method: 'oai_token-act-pair', explainer: 'gpt', score: 0.5, key: `${sha('7').slice(2)}0${index}` },
    })
  }
  await database.featureExplanation.create({ data: { setId, index: 0, description: 'cities', author: 'ann', key: `${sha('7').slice(2)}10` } })
}

async function attributions(database: PrismaClient, modelId: number, sequenceId: number): Promise<void> {
  const common = {
    modelId, sequenceId, mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: true, engine: 'onnx-cpu-float32',
    completenessError: 1e-7, tailMass: 0, milliseconds: 2,
  } as const
  const why = await database.result.create({
    data: {
      ...common, key: WHY_KEY, position: 3, partitionKind: 'token', partition: { by: 'token', layer: 0 }, targetType: 'feature',
      targetFeatureSet: SET_HASH, targetSite: '1.resid_pre', targetFeature: 2, targetActivation: 4, targetValue: 4, componentCount: 2, storedCount: 2,
    },
  })
  await database.contribution.createMany({
    data: [1, 3].map((score, ordinal) => ({ modelId, resultId: why.id, ordinal, kind: 'token' as const, componentIndex: ordinal, layer: null, score })),
  })
  const does = await database.result.create({
    data: {
      ...common, key: DOES_KEY, position: 4, partitionKind: 'feature', partition: { by: 'feature', set: SET_HASH }, featureStarts: [0, 0, 0, 0, 3],
      targetType: 'logit', targetTokenId: 300, targetText: ' Paris', targetValue: 4, targetProbability: 0.5, componentCount: 3, storedCount: 3,
    },
  })
  const shares = [{ componentIndex: 2, score: 1.5 }, { componentIndex: 5, score: -2 }, { componentIndex: 6, score: 4.5 }]
  await database.contribution.createMany({
    data: shares.map((share, ordinal) => ({ modelId, resultId: does.id, ordinal, kind: 'feature' as const, layer: 1, ...share })),
  })
}
