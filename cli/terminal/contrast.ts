/** Two prompts in a terminal: the parts that make the difference, with both scores. */
import type { Alignment } from '../../src/attribution/contrast.ts'
import type { AttributionDocument } from '../../src/attribution/json.ts'
import type { Component } from '../../src/attribution/result.ts'
import { bold, dim } from './colour.ts'
import { score } from './numbers.ts'
import { table, type Cell } from './table.ts'
import { describeTarget } from './target.ts'
import { withBlanks } from './visible.ts'

/** What `tributary attribute --against --json` prints. */
export interface ContrastDocument {
  first: AttributionDocument
  second: AttributionDocument
  align: Alignment
  /** Of the first target minus the second. */
  value: number
  /** The larger of both. */
  completenessError: number
  /** In the order of the first prompt's components; components that only the second has come last. */
  differences: {
    /** The first prompt's component; the second's if the first has none. */
    component: Component
    /** The second prompt's. */
    counterpart: Component | null
    first: number | null
    second: number | null
    difference: number
  }[]
}

const SHOWN = 20

export function renderContrast(document: ContrastDocument, { colour, top = SHOWN }: { colour: boolean; top?: number | undefined }): string {
  const { first, second, value, differences, align, completenessError } = document
  const largest = [...differences].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
  const shown = largest.slice(0, top)
  const left = largest.slice(top)
  const cell = (number: number | null): Cell => ({ digits: number === null ? '' : score(number) })
  const rows = shown.map(({ component, counterpart, first: ours, second: theirs, difference }): Cell[] => [
    { digits: score(difference) }, cell(ours), cell(theirs), nameOf(component, counterpart, ours === null),
  ])
  const heading = (text: string) => (colour ? bold(text) : text)
  const sum = differences.reduce((total, { difference }) => total + difference, 0)
  const closing = `${first.model} · ${first.engine} · aligned by ${align} · sums close to ${completenessError.toExponential(1)}`
  return [
    heading(`first   ${describeTarget(first.target, first.tokens)}`),
    heading(`second  ${describeTarget(second.target, second.tokens)}`),
    '',
    table(['difference', 'first', 'second', 'component'], rows).trimEnd(),
    ...(left.length === 0 ? [] : [`and ${left.length} more, which sum to ${score(left.reduce((total, { difference }) => total + difference, 0))} (--top N shows N)`]),
    '',
    `first minus second ${score(value)}; ${sumsOf(first)} to ${score(splitsEveryLayer(first) ? value : sum)}`,
    colour ? dim(closing) : closing,
    '',
  ].join('\n')
}

/** Every layer is a split of its own, and each splits the whole difference. */
const splitsEveryLayer = ({ partition }: AttributionDocument) => 'layer' in partition && partition.layer === 'all'
const sumsOf = (document: AttributionDocument) => (splitsEveryLayer(document) ? "every layer's differences sum" : 'the differences sum')

/** Both texts where they differ. */
function nameOf(component: Component, counterpart: Component | null, isAlone: boolean): string {
  const place = component.kind === 'token' || component.kind === 'group' ? `${component.index} ` : ''
  const name = `${place}${withBlanks(component.label)}`
  if (isAlone) return `${name} (second alone)`
  if (counterpart === null) return `${name} (first alone)`
  return counterpart.label === component.label ? name : `${name} / ${withBlanks(counterpart.label)}`
}
