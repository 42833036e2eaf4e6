/** Ports that remember what they were asked, and answer what a test tells them to. */
import type { AttributionRequest } from '../../src/attribution/request.ts'
import type { AttributionQuestion } from '../../src/attribution/resolve.ts'
import type { AttributionPort, HeadPort, JobView, Outcome, Wait } from '../../schema/ports.ts'

interface FakeAttributions extends AttributionPort {
  questions: { modelId: number; question: AttributionQuestion }[]
  calls: { modelId: number; requests: readonly AttributionRequest[]; timeoutMs: Wait['timeoutMs'] }[]
  notedStored: number
}

const request: AttributionRequest = {
  tokenIds: [1, 2, 3],
  position: 2,
  target: { type: 'logit', tokenId: 'next' },
  partition: { by: 'token', layer: 0 },
  mode: 'corrected',
  rule: 'softmax',
  temperature: 0.1,
  excludeFirst: true,
}

/** `key` is what everything is stored under; nothing is, unless told. */
export function fakeAttributions(
  answer: (request: AttributionRequest, index: number) => Outcome,
  key = 'stored under no key',
): FakeAttributions {
  const questions: FakeAttributions['questions'] = []
  const calls: FakeAttributions['calls'] = []
  const fake: FakeAttributions = {
    questions,
    calls,
    notedStored: 0,
    // A question's text becomes the only token, so that tests can tell requests apart.
    prepare: async (modelId, question) => {
      questions.push({ modelId, question })
      const asked = { ...request, tokenIds: [question.text?.length ?? 0] }
      return { request: { request: asked, key, plan: null, groupLabels: null }, own: null }
    },
    tokenize: async (_modelId, text) => [{ index: 0, id: 1, text, start: 0, end: text.length }],
    noteStored: () => void fake.notedStored++,
    request: async (modelId, requests, { timeoutMs }) => {
      const asked = requests.map(({ request: each }) => each)
      calls.push({ modelId, requests: asked, timeoutMs })
      return asked.map(answer)
    },
  }
  return fake
}

/** Of any question, why one head attends to one position, in a prompt of one token. */
export const fakeHeads: HeadPort = {
  prepare: async (_modelId, { attention }) => ({
    what: 'scores', key: 'a', plan: null, groupLabels: null, tokens: [{ index: 0, id: 1, text: 'a', start: 0, end: 1 }], text: 'a', warnings: [],
    request: {
      tokenIds: [1], ...attention, query: 0, keys: { most: 1 }, partition: { by: 'token', layer: 0 }, rule: 'softmax', temperature: 0.1, excludeFirst: false,
    },
  }),
  preparePattern: () => Promise.reject(new Error('no pattern should have been prepared')),
  ask: async (_modelId, asked) =>
    asked.map(() => ({
      state: 'answered',
      answer: {
        what: 'scores', components: [{ kind: 'token', index: 0, layer: null, label: 'a' }], pattern: [1], milliseconds: 1,
        keys: [{ key: 0, attention: 1, score: 2, byQuery: [2], byKey: [2], pairs: [2], completenessError: 0 }],
      },
    })),
}

/** A job of a single question that waits. */
export const waitingJob: JobView = {
  id: '00000000-0000-4000-8000-000000000000',
  state: 'waiting',
  urgency: 'interactive',
  kind: 'attribution',
  modelHash: 'a'.repeat(64),
  engine: 'onnx-cpu-float32',
  flops: 2e9,
  runId: null,
  failures: 0,
  notBefore: null,
  createdAt: new Date(0),
  startedAt: null,
  finishedAt: null,
  error: null,
  resultKey: 'x',
}
