/** Ports that remember what they were asked, and answer what a test tells them to. */
import type { AttributionRequest } from '../../src/attribution/request.ts'
import type { AttributionQuestion } from '../../src/attribution/resolve.ts'
import type { AttributionPort, Outcome, Wait } from '../../schema/ports.ts'

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
    resolve: async (modelId, question) => {
      questions.push({ modelId, question })
      return { ...request, tokenIds: [question.text?.length ?? 0] }
    },
    keyOf: async () => key,
    noteStored: () => void fake.notedStored++,
    request: async (modelId, requests, { timeoutMs }) => {
      calls.push({ modelId, requests, timeoutMs })
      return requests.map(answer)
    },
  }
  return fake
}
