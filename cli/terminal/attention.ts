/** Why a head attends, in a terminal: its keys, and for each the components of both sides and the strongest pairs. */
import type { KeyExplanation } from '../../src/attention/explain.ts'
import type { Component } from '../../src/attribution/result.ts'
import { bars, scaleOf } from './bars.ts'
import { bold, dim } from './colour.ts'
import type { HeadDocument } from './head-document.ts'
import { duration, percent, score } from './numbers.ts'
import { table } from './table.ts'
import { tokenName, withBlanks } from './visible.ts'

/** What `tributary attribute --attention --json` prints. */
export interface AttentionDocument extends HeadDocument {
  query: number
  partition: { by: string }
  rule: string
  temperature: number
  excludeFirst: boolean
  components: Component[]
  pattern: number[]
  keys: KeyExplanation[]
  milliseconds: number
}

const COMPONENTS = 5
const PAIRS = 5

export function renderAttention(document: AttentionDocument, colour: boolean, top = COMPONENTS): string {
  const { tokens, layer, head, query, keys, model, engine, milliseconds } = document
  const place = (position: number) => `${position} (${tokenName(tokens[position])})`
  const title = `head ${layer}.${head} at position ${place(query)}`
  const overview = table(['attention', 'score', 'key', ''], keys.map(({ key, attention, score: value }) =>
    [percent(attention), score(value), String(key), tokenName(tokens[key])]))
  const closing = `${model} · ${engine} · sums close to ${Math.max(...keys.map(({ completenessError }) => completenessError)).toExponential(1)} · ${duration(milliseconds)}`
  return [
    colour ? bold(title) : title,
    overview.trimEnd(),
    ...keys.map((key) => explain(key, document, { colour, top, place })),
    colour ? dim(closing) : closing,
  ].join('\n\n') + '\n'
}

function explain(
  { key, byQuery, byKey, pairs }: KeyExplanation, { components }: AttentionDocument,
  { colour, top, place }: { colour: boolean; top: number; place(position: number): string },
): string {
  const largest = (scores: readonly number[]) =>
    components.map((component, m) => ({ component, score: scores[m]! })).filter((each) => each.score !== 0)
      .sort((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, top)
  const list = (name: string, scores: readonly number[]) => {
    const shown = largest(scores)
    return [name, ...bars(shown, scaleOf(shown, colour))]
  }
  const M = components.length
  const strongest = [...pairs.keys()].filter((at) => pairs[at] !== 0).sort((a, b) => Math.abs(pairs[b]!) - Math.abs(pairs[a]!)).slice(0, PAIRS)
  const label = (m: number) => withBlanks(components[m]!.label)
  return [
    `why it attends to ${place(key)}`,
    ...list('by component of the key', byKey),
    ...list('by component of the query', byQuery),
    'strongest pairs, query with key',
    ...strongest.map((at) => `${score(pairs[at]!).padStart(9)}  ${label(Math.floor(at / M))} × ${label(at % M)}`),
  ].join('\n')
}
