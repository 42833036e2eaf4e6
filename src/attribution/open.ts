/** Opens a model folder as an attributor: the one place where requests meet the decomposed pass. */
import type { FeatureSets } from '../depass/partition/kind.ts'
import { orderOfSite, type Passage } from '../depass/passage.ts'
import { Passes, type OpenOptions } from '../depass/passes.ts'
import type { ReadResult } from '../depass/reads.ts'
import { UserError } from '../errors.ts'
import type { Site } from '../features/site.ts'
import type { ModelIdentity } from '../model/identity.ts'
import { openTokenizer } from '../tokenizer/open.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'
import type { AttributeOptions, Attributor } from './attributor.ts'
import { batchesOf, type Batch, type Planned } from './batches.ts'
import { decodeComponents } from './decode.ts'
import { discovered } from './discover.ts'
import { candidatesOf, distributionOf, type Distribution } from './distribution.ts'
import { predictionOf } from './prediction.ts'
import { prepareRequest, requireFits, type PreparedRequest, type PrepareOptions } from './prepare.ts'
import type { AttributionRequest } from './request.ts'
import type { AttributionResult } from './result.ts'
import { scoreTarget } from './score.ts'
import type { ReadContext } from './target/kind.ts'

export type { OpenOptions } from '../depass/passes.ts'

export interface AttributorOptions extends OpenOptions {
  /** Where feature sets are looked up; without it no set is found. */
  sets?: FeatureSets
  /** What people call the model, in errors and answers; absent: the folder's name. */
  name?: string
}

export async function openAttributor(dir: string, { sets = noSets, name, ...options }: AttributorOptions = {}): Promise<Attributor> {
  const passes = await Passes.open(dir, options)
  return new FolderAttributor(passes, await openTokenizer(passes.model.folder.dir), sets, name)
}

const noSets: FeatureSets = {
  find: async (hash) => {
    throw new UserError('NOT_FOUND', `The feature set ${hash.slice(0, 12)}… is not open here; give its path, or add it with tributary sae add.`)
  },
}

class FolderAttributor implements Attributor {
  readonly passes: Passes
  readonly tokenizer: Tokenizer | null
  readonly sets: FeatureSets
  readonly model: ModelIdentity

  constructor(passes: Passes, tokenizer: Tokenizer | null, sets: FeatureSets, name?: string) {
    this.passes = passes
    const { identity } = passes.model.folder
    this.model = name === undefined ? identity : { ...identity, name }
    this.tokenizer = tokenizer
    this.sets = sets
  }

  get config() {
    return this.passes.model.config
  }

  get engine() {
    return this.passes.engine
  }

  get memoryLimitBytes() {
    return this.passes.memoryLimitBytes
  }

  prepare(request: AttributionRequest, options?: PrepareOptions): PreparedRequest {
    return prepareRequest(request, this, options)
  }

  async attribute(requests: readonly PreparedRequest[], options: AttributeOptions = {}): Promise<AttributionResult[]> {
    const planned = requests.map((request) => this.planned(request))
    const results: AttributionResult[] = Array(planned.length)
    const done = { requests: 0 }
    for (const batch of batchesOf(planned, this.config.L)) {
      const size = batch.members.flat().length
      const onProgress = (fraction: number) => options.onProgress?.((done.requests + fraction * size) / planned.length)
      for (const [index, result] of await this.answer(planned, batch, { ...options, onProgress })) results[index] = result
      done.requests += size
    }
    return results
  }

  close(): Promise<void> {
    return this.passes.close()
  }

  private planned(prepared: PreparedRequest): Planned {
    requireFits(prepared, this.memoryLimitBytes)
    const { plan } = prepared
    if (plan === null) throw new Error('a request was prepared without the configuration of its model')
    return { ...prepared, plan }
  }

  private async answer(
    requests: readonly Planned[], { passages, members }: Batch, options: AttributeOptions,
  ): Promise<[number, AttributionResult][]> {
    const began = performance.now()
    const { rule, mode, temperature } = requests[members[0]![0]!]!.request
    const { passes, sets } = this
    const ready: Passage[] = []
    for (const [p, passage] of passages.entries()) {
      ready.push(await discovered(requests[members[p]![0]!]!.request, passage, { passes, sets, signal: options.signal }))
    }
    const { passages: plain, of: plainOf } = this.plainPassages(ready)
    const swept = await passes.run([...ready, ...plain], { rule, mode, temperature, ...options })
    // A request reads one site.
    const read = swept.slice(0, ready.length).map(({ reads }) => reads[0]!)
    const ends = swept.map(({ reads }) => reads[0]!.x)
    const predicted = await this.distributions(ready.map((_, p) => ends[plainOf.get(p) ?? p]!))
    const answers: [number, AttributionResult][] = []
    for (const [p, indices] of members.entries()) {
      for (const index of indices) {
        const isFinal = !plainOf.has(p)
        answers.push([index, await this.result(requests[index]!, read[p]!, predicted[p]!, isFinal)])
      }
    }
    const milliseconds = (performance.now() - began) / answers.length
    return answers.map(([index, result]) => [index, { ...result, milliseconds }])
  }

  private async result(
    prepared: Planned, read: ReadResult, predicted: readonly Distribution[], isFinal: boolean,
  ): Promise<AttributionResult> {
    // A target that is read before the last layer is not a logit, so its components have no share in any logit.
    const distributions = isFinal ? predicted : null
    const tokenText = (id: number) => this.tokenizer?.tokenText(id) ?? `#${id}`
    const { passes, sets } = this
    const encode: ReadContext['encode'] = (set, x) => passes.encode(set, x)
    const scored = await scoreTarget(prepared, read, distributions, { model: passes.model, tokenText, sets, encode })
    const { partition, mode, rule, temperature, excludeFirst, decode } = prepared.request
    const [distribution] = distributions ?? []
    const decoded = decode === undefined || distribution === undefined
      ? {}
      : {
          decoded: await decodeComponents(this.passes.programs, prepared, read, distribution, { tokenText, count: decode }),
          candidates: candidatesOf(distribution, decode, tokenText),
        }
    const { target } = prepared.request
    const textOf = (id: number) => this.tokenizer?.tokenText(id) ?? null
    // For a whole answer, the prediction is made where the answer begins.
    const prediction = predictionOf(predicted[0]!, prepared.expectedTokenId ?? expectedOf(target), textOf)
    return { ...scored, prediction, ...decoded, partition, mode, rule, temperature, excludeFirst, milliseconds: 0 }
  }

  /**
   * The model's own prediction at a position is read after the last layer. A passage that is read earlier gets a second
   * passage, without components, that goes there and is swept with the others. `of`: the index of a passage → the index
   * of its second passage in the sweep.
   */
  private plainPassages(passages: readonly Passage[]): { passages: Passage[]; of: Map<number, number> } {
    const site: Site = { layer: this.config.L, name: 'resid_pre' }
    const plain = new Map<string, number>()
    const of = new Map<number, number>()
    const made: Passage[] = []
    for (const [p, { tokenIds, reads }] of passages.entries()) {
      const [read] = reads
      if (orderOfSite(read!.site) === orderOfSite(site)) continue
      const name = JSON.stringify([tokenIds, read!.positions])
      const known = plain.get(name) ?? passages.length + made.push({ tokenIds, splits: [], reads: [{ site, positions: read!.positions }] }) - 1
      plain.set(name, known)
      of.set(p, known)
    }
    return { passages: made, of }
  }

  /** Predictions from streams [P, D] before the final norm, for the P positions that each passage reads. */
  private async distributions(streams: readonly Float32Array[]): Promise<Distribution[][]> {
    const { D, finalSoftCap } = this.config
    const found = streams.map((): Distribution[] => [])
    const rows = streams.flatMap((x, s) => Array.from({ length: x.length / D }, (_, at) => ({ s, x: x.subarray(at * D, (at + 1) * D) })))
    await this.passes.eachLogits(rows.map(({ x }) => x), (logits, row) => {
      found[rows[row]!.s]!.push(distributionOf(logits.slice(), finalSoftCap))
    })
    return found
  }
}

/** The token that a target names; null if the target leaves it to the model, or names none. */
function expectedOf(target: AttributionRequest['target']): number | null {
  if (target.type === 'answer') return target.tokenIds[0] ?? null
  return 'tokenId' in target && target.tokenId !== 'next' ? target.tokenId : null
}
