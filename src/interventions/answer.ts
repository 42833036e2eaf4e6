/**
 * The answer to an intervention: what attributions predict, what was taken out, and what the model then did, side by side.
 */
import type { Attributor } from '../attribution/attributor.ts'
import { largest, mostLikely, type Distribution } from '../attribution/distribution.ts'
import { requireFinite } from '../attribution/score.ts'
import type { Contribution } from '../attribution/result.ts'
import type { Target } from '../attribution/request.ts'
import type { Projection, ReadContext } from '../attribution/target/kind.ts'
import { readTarget, siteOf } from '../attribution/target/kinds.ts'
import type { FeatureSets } from '../depass/partition/kind.ts'
import type { Passes } from '../depass/passes.ts'
import { formatSite, type Site } from '../features/site.ts'
import { canonicalJson } from '../hash.ts'
import type { Alteration, ChangeContext, MeanPlace } from './change/kind.ts'
import { alterationOf, sitesNeeded, type Change } from './change/kinds.ts'
import { contributionsTaken, distinctPartitions, isReached, select, type Attributions, type Selected } from './predictions.ts'
import { attributionOf, requireInterventionFits, type PreparedIntervention } from './prepare.ts'
import type { InterventionResult, ShownToken, Side, TokenSide } from './result.ts'
import { runInterventions, type CaseOutcome, type InterventionCase, type Reading } from './run.ts'

/** What is needed besides the weights to answer interventions. */
export interface InterventionEngine {
  attributor: Attributor
  passes: Passes
  sets: FeatureSets
  /** Means over datasets, by content hash. Refuses (NOT_FOUND) a dataset that is not available here. */
  mean(dataset: string, place: MeanPlace): Promise<Float32Array>
}

interface Options {
  signal?: AbortSignal
}

/** Results in the order of the requests. Refuses (TOO_LARGE) requests beyond the memory limit, before any work. */
export async function answerInterventions(
  engine: InterventionEngine, requests: readonly PreparedIntervention[], { signal }: Options = {},
): Promise<InterventionResult[]> {
  const began = performance.now()
  const options = { ...(signal && { signal }) }
  for (const prepared of requests) requireInterventionFits(prepared, engine.passes.memoryLimitBytes)
  const attributed = await attributionsOf(engine, requests, options)
  const planned = requests.map(({ request }, r): Planned => {
    const { selection } = request
    const found = selection && attributed[r]!.get(canonicalJson(selection.partition))
    const selected = selection && found ? select(selection, found, request) : { contributions: [], changes: [] }
    return { selected, changes: [...request.changes, ...selected.changes] }
  })
  const cases: InterventionCase[] = []
  for (const [r, { request }] of requests.entries()) cases.push(await caseOf(engine, request, planned[r]!.changes))
  const outcomes = await runInterventions(engine.passes, cases, { frozen: true, ...options })
  const results: InterventionResult[] = []
  for (const [r, prepared] of requests.entries()) {
    results.push(await assemble(engine, prepared, planned[r]!, outcomes[r]!, attributed[r]!))
  }
  const milliseconds = (performance.now() - began) / Math.max(1, requests.length)
  return results.map((result) => ({ ...result, milliseconds }))
}

interface Planned {
  selected: Selected
  changes: Change[]
}

/** The attributions that each request needs, by partition. Those of all requests are computed in one call. */
async function attributionsOf(
  { attributor, passes }: InterventionEngine, requests: readonly PreparedIntervention[], options: Options,
): Promise<Attributions[]> {
  const { L } = passes.model.config
  const wanted = requests.flatMap(({ request }, r) =>
    distinctPartitions(request).filter((partition) => isReached(request, partition, L)).map((partition) => ({ r, partition, request })))
  const prepared = wanted.map(({ request, partition }) => attributor.prepare(attributionOf(request, partition)))
  const results = await attributor.attribute(prepared, options)
  const found = requests.map(() => new Map<string, (typeof results)[number]>())
  for (const [i, { r, partition }] of wanted.entries()) found[r]!.set(canonicalJson(partition), results[i]!)
  return found
}

async function caseOf(
  { passes, sets, mean }: InterventionEngine, request: PreparedIntervention['request'], changes: readonly Change[],
): Promise<InterventionCase> {
  const { headWidth, L } = passes.model.config
  const needs: Site[] = []
  for (const change of changes) {
    for (const site of await sitesNeeded(change, sets)) {
      if (!needs.some((each) => formatSite(each) === formatSite(site))) needs.push(site)
    }
  }
  return {
    tokenIds: request.tokenIds,
    position: request.position,
    site: siteOf(request.target, L),
    needs,
    async alter(clean) {
      const context: ChangeContext = { headWidth, sets, mean, clean, encode: (set, x) => passes.encode(set, x) }
      const made: Alteration[] = []
      for (const change of changes) made.push(await alterationOf(change, context))
      return {
        edits: made.flatMap(({ edits = [] }) => edits),
        hidden: made.flatMap(({ hidden = [] }) => hidden),
        removed: made.flatMap(({ removed = [] }) => removed),
      }
    },
  }
}

async function assemble(
  engine: InterventionEngine, { request }: PreparedIntervention, { selected, changes }: Planned, outcome: CaseOutcome, attributed: Attributions,
): Promise<InterventionResult> {
  const { before, free, frozen } = outcome
  if (frozen === null) throw new Error('the passes with frozen attention were not run')
  const { target } = request
  // The model's likeliest token is determined once, by the unchanged pass.
  const fixed: Target = 'tokenId' in target ? { ...target, tokenId: target.tokenId === 'next' ? mostLikely(before.distribution) : target.tokenId } : target
  const sides = [before, free, frozen].map((reading) => ({ reading }))
  const read = await Promise.all(sides.map(({ reading }) => readSide(engine, fixed, reading)))
  const taken = contributionsTaken(request.changes, attributed, selected.contributions)
  const predicted = taken && taken.reduce((sum, { score }) => sum + score, 0)
  requireFinite(read.flatMap(({ side }) => [side.value, side.probability ?? 0]))
  return {
    target: { type: target.type, position: request.position, value: read[0]!.side.value, ...read[0]!.facts },
    changes,
    before: read[0]!.side,
    free: read[1]!.side,
    frozen: read[2]!.side,
    predicted,
    taken: withoutRepeats(taken ?? []),
    tokens: shownTokens([before, free, frozen].map(({ distribution }) => distribution), request.shown, (id) => textOf(engine, id)),
    milliseconds: 0,
  }
}

/** Removes repeats, so a component that two changes name is listed once. */
const withoutRepeats = (taken: readonly Contribution[]): Contribution[] => [...new Set(taken)]

const textOf = ({ attributor }: InterventionEngine, id: number) => attributor.tokenizer?.tokenText(id) ?? `#${id}`

async function readSide(
  engine: InterventionEngine, target: Target, { x, distribution }: Reading,
): Promise<{ side: Side; facts: Projection['facts'] }> {
  const { passes, sets } = engine
  const context: ReadContext = {
    model: passes.model, x, distribution, sets, tokenText: (id) => textOf(engine, id), encode: (set, rows) => passes.encode(set, rows),
  }
  const { facts, project, constant = 0 } = await readTarget(target, context)
  return { side: { value: project(x, true) + constant, probability: facts.probability }, facts }
}

/** Tokens among the likeliest of at least one pass, each with its numbers in all passes. */
function shownTokens(distributions: readonly Distribution[], count: number, text: (id: number) => string): ShownToken[] {
  const ranked = distributions.map(({ logits }) => largest(logits, count))
  const ids = [...new Set(ranked.flat())]
  return ids.map((id) => {
    const [before, free, frozen] = distributions.map((distribution): TokenSide => ({
      logit: distribution.logits[id]!,
      probability: Math.exp(distribution.logits[id]! - distribution.logPartition),
      rank: rankOf(distribution.logits, id),
    }))
    return { id, text: text(id), before: before!, free: free!, frozen: frozen! }
  })
}

function rankOf(logits: Float32Array, id: number): number {
  let rank = 1
  for (let v = 0; v < logits.length; v++) if (logits[v]! > logits[id]! || (logits[v] === logits[id] && v < id)) rank++
  return rank
}
