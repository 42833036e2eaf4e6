/** Why a head attends to a key: from a prepared question to scores of pairs of components. */
import { discovered } from '../attribution/discover.ts'
import { describer, requireFinite } from '../attribution/score.ts'
import type { Component } from '../attribution/result.ts'
import type { Attributor } from '../attribution/attributor.ts'
import { rowOfStart } from '../depass/readout.ts'
import type { ReadResult, ReadStart } from '../depass/reads.ts'
import { patternRows } from './pattern.ts'
import { HeadScores, type Row } from './score.ts'
import { requireAttentionFits, attributionOf, passageFor, type PreparedAttention } from './prepare.ts'

export interface KeyExplanation {
  key: number
  /** The weight of this key in the query's row of the pattern. */
  attention: number
  /** The score before the softmax. */
  score: number
  /**
   * [M] each: for the query's components, summed over the key's; for the key's components, summed over the query's.
   */
  byQuery: number[]
  byKey: number[]
  /** [M, M]: query component m with key component n, row by row. */
  pairs: number[]
  completenessError: number
}

export interface AttentionResult {
  components: Component[]
  /** [query + 1]: the query's row of the pattern. */
  pattern: number[]
  /** In descending order of attention. */
  keys: KeyExplanation[]
  milliseconds: number
}

/** Refuses (TOO_LARGE) a question that does not fit into the memory limit, before any work. */
export async function explainAttention(prepared: PreparedAttention, attributor: Attributor, signal?: AbortSignal): Promise<AttentionResult> {
  const began = performance.now()
  const { passes, sets, tokenizer, model } = attributor
  if (passes === undefined || sets === undefined) throw new Error(`the model ${model.name} is not loaded`)
  requireAttentionFits(prepared, passes.memoryLimitBytes)
  const { request, groupLabels } = prepared
  const { layer, head, query } = request
  const asked = attributionOf(request)
  const pattern = [...await patternRows(request, [query], attributor, signal)]
  const wanted = 'key' in request.keys
    ? [request.keys.key]
    : [...pattern.keys()].sort((a, b) => pattern[b]! - pattern[a]! || a - b).slice(0, request.keys.most)
  const positions = [...new Set([...wanted, query])].sort((a, b) => a - b)
  const passage = await discovered(asked, passageFor(request, passes.model.config, positions), { passes, sets, signal })
  const [swept] = await passes.run([passage], { rule: request.rule, temperature: request.temperature, ...(signal && { signal }) })
  const read = swept!.reads[0]!
  const starts = read.starts.filter((start) => start !== null)
  const scores = await HeadScores.of(passes.model, layer, head, request.tokenIds.length)
  const at = (position: number) => sideAt(read, starts, positions.indexOf(position), position)
  const keys = wanted.map((key): KeyExplanation => {
    const { score, pairs, completenessError } = scores.pairs(at(query), at(key))
    const M = Math.sqrt(pairs.length)
    const byQuery = Array.from({ length: M }, (_, m) => pairs.subarray(m * M, (m + 1) * M).reduce((sum, pair) => sum + pair, 0))
    const byKey = Array.from({ length: M }, (_, n) => byQuery.reduce((sum, _value, m) => sum + pairs[m * M + n]!, 0))
    requireFinite([score, ...pairs])
    return { key, attention: pattern[key]!, score, byQuery, byKey, pairs: [...pairs], completenessError }
  })
  const describe = describer(asked, groupLabels, { tokenText: (id) => tokenizer?.tokenText(id) ?? `#${id}` })
  return {
    components: starts.flatMap(({ components }) => components.map((component) => describe(component))),
    pattern, keys,
    milliseconds: performance.now() - began,
  }
}

/** The components at one position. Only one split is requested, so there is only one start. */
function sideAt(read: ReadResult, starts: readonly ReadStart[], p: number, position: number) {
  const x = read.x.subarray(p * read.width, (p + 1) * read.width)
  const rows = starts.flatMap((start) => start.components.map(({ kind }, m): Row => ({ vector: rowOfStart(start, m, read, p), isBias: kind === 'bias' })))
  return { position, x, rows }
}
