/** Random models that answer interventions, opened once for a file's tests. */
import { openAttributor } from '../../src/attribution/open.ts'
import type { FeatureSets } from '../../src/depass/partition/kind.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import type { MeanPlace } from '../../src/interventions/change/kind.ts'
import { answerInterventions, type InterventionEngine } from '../../src/interventions/answer.ts'
import { placeName } from '../../src/interventions/means.ts'
import { prepareIntervention } from '../../src/interventions/prepare.ts'
import { interventionRequestSchema, type InterventionRequest } from '../../src/interventions/request.ts'
import type { InterventionResult } from '../../src/interventions/result.ts'
import { openedOnce } from '../opened-once.ts'

interface Known {
  sets?: readonly FeatureSet[]
  /** By `placeName`. */
  means?: Readonly<Record<string, Float32Array>>
  memoryLimitBytes?: number
}

const open = openedOnce(
  (dir: string, sets: FeatureSets, _hashes: readonly string[], memoryLimitBytes?: number) =>
    openAttributor(dir, { threads: 1, sets, ...(memoryLimitBytes && { memoryLimitBytes }) }),
  (dir, _sets, hashes, memoryLimitBytes) => JSON.stringify([dir, hashes, memoryLimitBytes]))

export async function openInterventions(dir: string, { sets = [], means = {}, memoryLimitBytes }: Known = {}): Promise<InterventionEngine> {
  const found = {
    find: async (hash: string) => {
      const set = sets.find((each) => each.hash === hash)
      if (!set) throw new Error(`no set ${hash}`)
      return set
    },
  }
  const attributor = await open(dir, found, sets.map(({ hash }) => hash), memoryLimitBytes)
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
