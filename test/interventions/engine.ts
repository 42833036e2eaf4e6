/** Random models that answer interventions, closed with the test. */
import { onTestFinished } from 'vitest'
import { openAttributor } from '../../src/attribution/open.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import type { MeanPlace } from '../../src/interventions/change/kind.ts'
import { answerInterventions, type InterventionEngine } from '../../src/interventions/answer.ts'
import { placeName } from '../../src/interventions/means.ts'
import { prepareIntervention } from '../../src/interventions/prepare.ts'
import { interventionRequestSchema, type InterventionRequest } from '../../src/interventions/request.ts'
import type { InterventionResult } from '../../src/interventions/result.ts'

interface Known {
  sets?: readonly FeatureSet[]
  /** By `placeName`. */
  means?: Readonly<Record<string, Float32Array>>
  memoryLimitBytes?: number
}

export async function openInterventions(dir: string, { sets = [], means = {}, memoryLimitBytes }: Known = {}): Promise<InterventionEngine> {
  const found = {
    find: async (hash: string) => {
      const set = sets.find((each) => each.hash === hash)
      if (!set) throw new Error(`no set ${hash}`)
      return set
    },
  }
  const attributor = await openAttributor(dir, { threads: 1, sets: found, ...(memoryLimitBytes && { memoryLimitBytes }) })
  onTestFinished(() => attributor.close())
  return {
    attributor,
    passes: attributor.passes!,
    sets: found,
    mean: async (_dataset: string, place: MeanPlace) => {
      const mean = means[placeName(place)]
      if (!mean) throw new Error(`no mean of ${placeName(place)}`)
      return mean
    },
  }
}

const base = { target: { type: 'logit', tokenId: 5 }, mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false, shown: 3 }

/** A request with defaults for what a test does not say; read at the last position. */
export function interventionRequest(asked: Record<string, unknown> & { tokenIds: readonly number[] }): InterventionRequest {
  return interventionRequestSchema.parse({ ...base, position: asked.tokenIds.length - 1, changes: [], ...asked })
}

export async function intervene(
  engine: InterventionEngine, ...asked: (Record<string, unknown> & { tokenIds: readonly number[] })[]
): Promise<InterventionResult[]> {
  return answerInterventions(engine, asked.map((each) => prepareIntervention(interventionRequest(each), engine.attributor)))
}
