/** A small world to query: one model, one dataset of three prompts, each attributed by token and by head. */
import type { PrismaClient } from '../../prisma/generated/client/client.ts'

const sha = (digit: string) => digit.repeat(64)

const TOKENIZER = sha('b')
export const MODEL = { slug: 'tiny', hash: sha('a') }
const DATASET = { slug: 'capitals', contentHash: sha('c') }
const PROMPTS = [
  { text: 'The capital of France is', answer: 'Paris' },
  { text: 'The capital of Italy is', answer: 'Rome' },
  { text: 'The capital of Spain is', answer: 'Madrid' },
]

/** Scores of the five tokens of every prompt; the second speaks against the answer. */
export const TOKEN_SCORES = [0.5, -0.75, 0.25, 3, 1]
const HEAD_SCORES = [
  { layer: 0, componentIndex: 0, score: 1.5 },
  { layer: 0, componentIndex: 1, score: -0.5 },
  { layer: 1, componentIndex: 0, score: 0.25 },
  { layer: 1, componentIndex: 1, score: 2 },
]
const TARGET_VALUE = 4

/** By prompt: the model is right, it is wrong, and nothing is known, as of a result of an earlier version. */
const predictions = [
  {
    predictedTokenId: 300, predictedText: ' Paris', predictedLogit: 4, predictedProbability: 0.5,
    expectedTokenId: 300, expectedText: ' Paris', expectedRank: 1, expectedLogit: 4, expectedProbability: 0.5,
  },
  {
    predictedTokenId: 7, predictedText: ' Milan', predictedLogit: 6, predictedProbability: 0.7,
    expectedTokenId: 301, expectedText: ' Rome', expectedRank: 3, expectedLogit: 4, expectedProbability: 0.1,
  },
]

export const keyOf = (prompt: number, partition: 'token' | 'head') => sha(partition === 'token' ? 'd' : 'e').slice(1) + prompt

export async function seed(database: PrismaClient): Promise<{ modelId: number; resultIds: bigint[] }> {
  const model = await database.model.create({ data: { ...MODEL, ...sizes } })
  const dataset = await database.dataset.create({
    data: { ...DATASET, title: 'Capitals', format: 'known', promptCount: PROMPTS.length },
  })
  const run = await database.run.create({ data: { ...runData, modelId: model.id, datasetId: dataset.id } })
  const resultIds: bigint[] = []
  for (const [index, prompt] of PROMPTS.entries()) {
    const { id } = await database.prompt.create({ data: { ...prompt, index, datasetId: dataset.id, extra: { relation: 'P36' } } })
    const sequenceId = await addSequence(database, prompt, index, id)
    const tokens = await addResult(database, model.id, sequenceId, index, 'token')
    resultIds.push(tokens, await addResult(database, model.id, sequenceId, index, 'head'))
    const done = index < 2
    await database.runItem.create({
      data: {
        runId: run.id,
        promptId: id,
        status: done ? 'done' : 'failed',
        resultKey: done ? keyOf(index, 'token') : null,
        resultId: done ? tokens : null,
        error: done ? null : 'The worker was away.',
      },
    })
  }
  return { modelId: model.id, resultIds }
}

const sizes = {
  name: 'tiny',
  architecture: 'llama',
  tokenizerHash: TOKENIZER,
  layers: 2,
  residualWidth: 8,
  heads: 2,
  keyValueHeads: 1,
  headWidth: 4,
  neurons: 16,
  vocabularySize: 512,
  maxPositions: 128,
  parameters: 6_000_000_000n,
  config: {},
}

const runData = {
  key: sha('f'),
  partitionKind: 'token',
  mode: 'corrected',
  rule: 'softmax',
  options: { target: 'answer' },
  status: 'failed',
  total: PROMPTS.length,
} as const

async function addSequence(
  database: PrismaClient,
  { text, answer }: { text: string; answer: string },
  index: number,
  promptId: number,
): Promise<number> {
  const words = text.split(/(?= )/)
  let start = 0
  const tokens = words.map((word, position) => {
    const token = { index: position, tokenId: 100 + index * 10 + position, text: word, start, end: start + word.length }
    start = token.end
    return token
  })
  const { id } = await database.sequence.create({
    data: {
      hash: sha('0').slice(1) + index,
      tokenizerHash: TOKENIZER,
      tokenCount: tokens.length,
      text,
      tokens: { create: tokens },
      prompts: {
        create: { promptId, tokenizerHash: TOKENIZER, answerTokenId: 300 + index, answerText: ` ${answer}`, answerTokens: 1 },
      },
    },
  })
  return id
}

async function addResult(
  database: PrismaClient,
  modelId: number,
  sequenceId: number,
  prompt: number,
  kind: 'token' | 'head',
): Promise<bigint> {
  const contributions =
    kind === 'token'
      ? TOKEN_SCORES.map((score, ordinal) => ({ ordinal, kind, componentIndex: ordinal, layer: null, score }))
      : HEAD_SCORES.map((head, ordinal) => ({ ordinal, kind, ...head }))
  const { id } = await database.result.create({
    data: {
      key: keyOf(prompt, kind),
      modelId,
      sequenceId,
      position: 4,
      partitionKind: kind,
      partition: kind === 'token' ? { by: 'token', layer: 0 } : { by: 'head', layer: 'all' },
      targetType: 'logit',
      targetTokenId: 300 + prompt,
      targetText: ` ${PROMPTS[prompt]?.answer ?? ''}`,
      targetValue: TARGET_VALUE,
      targetProbability: 0.5,
      ...predictions[prompt],
      mode: 'corrected',
      rule: 'softmax',
      temperature: 0.1,
      excludeFirst: true,
      engine: 'onnx-cpu-float32',
      completenessError: 1e-7,
      componentCount: contributions.length,
      storedCount: contributions.length,
      tailMass: 0,
      milliseconds: 2,
    },
  })
  await database.contribution.createMany({ data: contributions.map((each) => ({ ...each, modelId, resultId: id })) })
  return id
}
