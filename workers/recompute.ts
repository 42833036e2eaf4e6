/** Compares stored results with a fresh computation of the same questions. */
import { hostname } from 'node:os'
import { resultKey } from '../src/attribution/key.ts'
import type { AttributionResult } from '../src/attribution/result.ts'
import { isUserError } from '../src/errors.ts'
import { readAnswer } from '../src/store/answer.ts'
import { readContributions, type Result } from '../src/store/read-results.ts'
import type { Store } from '../src/store/store.ts'
import { readVector } from '../src/store/vectors.ts'
import type { Difference } from '../src/store/verify-sums.ts'
import { ModelCache, type LoadedModel, type OpenAttributor } from './worker/model-cache.ts'
import { storedRequest } from '../src/store/stored-request.ts'

/** Tolerance for float32, relative to the largest score, since machines differ in the order of their sums. */
const TOLERANCE = 1e-5

export interface SampleOptions {
  size: number
  openAttributor: OpenAttributor
  onDifference: (difference: Difference) => void
  signal: AbortSignal
}

export interface SampleReport {
  compared: number
  /** Those that this machine cannot compute, with the reason. */
  skipped: Map<string, number>
}

export async function compareSample(store: Store, options: SampleOptions): Promise<SampleReport> {
  const { size, openAttributor, onDifference, signal } = options
  const models = new ModelCache({ store, openAttributor, host: hostname(), memoryLimitBytes: 0 })
  const report: SampleReport = { compared: 0, skipped: new Map() }
  try {
    for (const result of await pick(store, size)) {
      if (signal.aborted) break
      const skipped = await compare(store, models, result, onDifference)
      if (skipped === null) report.compared++
      else report.skipped.set(skipped, (report.skipped.get(skipped) ?? 0) + 1)
    }
  } finally {
    await models.close()
  }
  return report
}

/** Results at random, ordered by model, so that each model is loaded once. */
async function pick(store: Store, size: number): Promise<Result[]> {
  const picked = await store.query<{ id: string }>('SELECT id::text FROM result ORDER BY random() LIMIT $1', [size])
  return store.prisma.result.findMany({
    where: { id: { in: picked.map(({ id }) => BigInt(id)) } },
    orderBy: [{ modelId: 'asc' }, { id: 'asc' }],
  })
}

/** null when it was compared, else why it was not. */
async function compare(
  store: Store,
  models: ModelCache,
  result: Result,
  onDifference: (difference: Difference) => void,
): Promise<string | null> {
  const differs = (what: string) => onDifference({ key: result.key, what })
  const { hash } = await store.prisma.model.findUniqueOrThrow({ where: { id: result.modelId }, select: { hash: true } })
  let model: LoadedModel
  try {
    model = await models.get(hash)
  } catch (error) {
    if (isUserError(error)) return error.message
    throw error
  }
  const { row, attributor } = model
  if (attributor.engine !== result.engine) {
    return `It was computed by ${result.engine}, and this is ${attributor.engine}.`
  }
  try {
    const request = await storedRequest(store, result)
    const prepared = attributor.prepare(request, { key: resultKey(row, attributor.engine, request) })
    if (prepared.key !== result.key) {
      differs('its key is not that of what it says it answers')
    }
    const [fresh] = await attributor.attribute([prepared])
    if (fresh) (await differences(store, result, fresh)).forEach(differs)
  } catch (error) {
    differs(`it could not be computed again: ${error instanceof Error ? error.message : String(error)}`)
  }
  return null
}

async function differences(store: Store, stored: Result, fresh: AttributionResult): Promise<string[]> {
  const found: string[] = []
  const scale = Math.max(Math.abs(fresh.target.value), ...fresh.contributions.map(({ score }) => Math.abs(score)))
  const isOff = (a: number, b: number) => Math.abs(a - b) > TOLERANCE * scale
  if (isOff(stored.targetValue, fresh.target.value)) {
    found.push(`its target is ${stored.targetValue}, and computed anew ${fresh.target.value}`)
  }
  if (stored.componentCount !== fresh.contributions.length) {
    found.push(`it has ${stored.componentCount} components, and computed anew ${fresh.contributions.length}`)
  }
  const rows = await readContributions(store, stored.key)
  const wrong = rows.filter(({ ordinal, kind, componentIndex, layer, score }) => {
    const other = fresh.contributions[ordinal]
    if (!other) return true
    const { component } = other
    const isSame = component.kind === kind && component.index === componentIndex && component.layer === layer
    return !isSame || isOff(score, other.score)
  })
  const [first] = wrong
  if (first) {
    const anew = fresh.contributions[first.ordinal]?.score ?? 'none'
    found.push(
      `${wrong.length} of its ${rows.length} scores differ from those computed anew, ` +
        `the first (number ${first.ordinal}): ${first.score} and ${anew}`,
    )
  }
  found.push(...await answerDifferences(store, stored, fresh, isOff))
  const vector = stored.scoresVectorHash === null ? null : await readVector(store, stored.scoresVectorHash)
  const off = vector ? fresh.contributions.filter(({ score }, i) => isOff(score, vector.values[i] ?? NaN)).length : 0
  if (off > 0) found.push(`${off} numbers of its vector differ from those computed anew`)
  return found
}

/** The differences for a whole answer as target, token by token. */
async function answerDifferences(
  store: Store, stored: Result, { answer }: AttributionResult, isOff: (a: number, b: number) => boolean,
): Promise<string[]> {
  if (!answer) return []
  const scores = stored.answerScoresHash === null ? null : await readVector(store, stored.answerScoresHash)
  const tokens = readAnswer(stored.answer) ?? []
  const off = answer.filter(({ tokenId, value, scores: fresh }, t) => {
    const token = tokens[t]
    if (!token || token.tokenId !== tokenId || isOff(token.value, value)) return true
    return fresh.some((score, m) => isOff(score, scores?.values[t * fresh.length + m] ?? NaN))
  })
  return off.length === 0 ? [] : [`${off.length} of the ${answer.length} tokens of its answer differ from those computed anew`]
}
