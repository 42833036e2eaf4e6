/** Requests of fake attributors, prepared without a check: their token ids are commands (`fake-attributor.ts`). */
import { resultKey } from '../../src/attribution/key.ts'
import type { PreparedRequest } from '../../src/attribution/prepare.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import type { Store } from '../../src/store/index.ts'
import { attributionJobs, enqueue, type Flow, type Queue, type Urgency } from '../../workers/index.ts'

interface AskedModel {
  model: { hash: string; tokenizerHash: string | null }
  engine: string
}

export const prepared = ({ model, engine }: AskedModel, request: AttributionRequest): PreparedRequest => ({
  request, key: resultKey(model, engine, request), plan: null, groupLabels: null,
})

export async function enqueueRequests(
  store: Store, queue: Queue, asked: AskedModel, requests: readonly AttributionRequest[], urgency: Urgency, flow?: Flow,
): Promise<Map<string, string>> {
  return enqueue(store, queue, await attributionJobs(store, asked, requests.map((each) => prepared(asked, each))), urgency, flow)
}
