/** An attribution in a terminal: the heat map, the scores, what was asked, and whether the sum closes. */
import { selectTop, type AttributionDocument } from '../../src/attribution/json.ts'
import type { Contribution, DecodedComponent } from '../../src/attribution/result.ts'
import { formatSite } from '../../src/features/site.ts'
import { bars, scaleOf, type Scale } from './bars.ts'
import { bold, dim, tint } from './colour.ts'
import { headGrid } from './head-grid.ts'
import { heatMap } from './heat-map.ts'
import { duration, percent, score } from './numbers.ts'
import { type Cell, table } from './table.ts'
import { describeTarget, nameOf } from './target.ts'
import { withBlanks } from './visible.ts'

interface RenderOptions {
  colour: boolean
  /** How many components the list shows; by default those that fit a screen. */
  top?: number
}

/** Nobody reads a longer list in component order. */
const LIST_LENGTH = 40
const TOP_LENGTH = 20

/** `document` holds all contributions, in component order. */
export function renderAttribution(document: AttributionDocument, { colour, top }: RenderOptions): string {
  const { by } = document.partition
  const { decoded } = document
  const byPosition = by === 'token' || by === 'group'
  const { named, besides } = separate(document)
  const scale = scaleOf(named, colour)
  const sections = [
    byPosition && colour && [heatMap(document, scale), '', legend()],
    by === 'head' && headGrid(named, scale),
    [...list(named, top, scale), ...remainders(document, besides, colour)],
    decoded !== undefined && decodedTable(decoded),
    document.answer !== undefined && answerTable(document, document.answer, top),
    closing(document, colour),
  ]
  return `${sections.filter((section) => section !== false).map((section) => section.join('\n')).join('\n\n')}\n`
}

/** A table of an answer's tokens with more columns is too wide for a terminal. */
const ANSWER_COLUMNS = 8

/** One line a component and one column a token of the answer, the sum last; then what the model gave each token. */
function answerTable({ contributions }: AttributionDocument, answer: NonNullable<AttributionDocument['answer']>, top = TOP_LENGTH): string[] {
  const ordinals = new Map(contributions.map((contribution, ordinal) => [contribution, ordinal]))
  const columns = answer.slice(0, ANSWER_COLUMNS)
  const more = answer.length - columns.length
  const headings = [...columns.map(({ text }) => withBlanks(text)), ...(more > 0 ? [`${more} more`] : []), 'all', 'component']
  const restOf = (ordinal: number) => answer.slice(ANSWER_COLUMNS).reduce((sum, { scores }) => sum + scores[ordinal]!, 0)
  const rows = selectTop(contributions, contributions.length > top ? top : undefined).contributions.map((contribution) => {
    const ordinal = ordinals.get(contribution)!
    return [
      ...columns.map(({ scores }): Cell => ({ digits: score(scores[ordinal]!) })),
      ...(more > 0 ? [{ digits: score(restOf(ordinal)) }] : []),
      { digits: score(contribution.score) },
      withBlanks(contribution.component.label),
    ]
  })
  const given = answer.map(({ text, tokenId, position, logit, probability, completenessError }) =>
    `${nameOf(text, tokenId)} at position ${position}: logit ${score(logit)}, probability ${percent(probability)} ` +
    `(relative error ${completenessError.toExponential(1)})`)
  return [...table(headings, rows).trimEnd().split('\n'), '', ...given]
}

/** One line a component: the tokens it speaks for most, best first. */
function decodedTable(decoded: readonly DecodedComponent[]): string[] {
  const labels = decoded.map(({ component }) => withBlanks(component.label))
  const width = Math.max(...labels.map((label) => label.length))
  return decoded.map(({ tokens }, at) =>
    `${labels[at]!.padEnd(width)}  →  ${tokens.map(({ text, logit }) => `${withBlanks(text)} ${score(logit)}`).join('  ')}`)
}

const legend = () => `${tint(' pushes towards the target ', 1)} ${tint(' pushes against it ', -1)}`

/**
 * Separates the parts that were split out from the rest of the stream. A head or neuron is small beside the stream, and
 * on one scale with it all of them would look alike.
 */
function separate({ partition, contributions }: AttributionDocument): { named: Contribution[]; besides: Contribution[] } {
  const isNamed = ({ component }: Contribution) =>
    (partition.by !== 'head' && partition.by !== 'neuron' && partition.by !== 'feature') || component.kind === partition.by
  return { named: contributions.filter(isNamed), besides: contributions.filter((each) => !isNamed(each)) }
}

function list(contributions: readonly Contribution[], top: number | undefined, scale: Scale): string[] {
  const limit = top ?? (contributions.length > LIST_LENGTH ? TOP_LENGTH : undefined)
  const { contributions: shown, omitted } = selectTop(contributions, limit)
  const lines = bars(shown, scale)
  if (!omitted || omitted.components === 0) return lines
  const rest = `and ${omitted.components} more, which sum to ${score(omitted.score)} (--top N shows N)`
  return [...lines, scale.colour ? dim(rest) : rest]
}

/** What was not split out, as one line if there was one split. With a split per layer it would be a list of its own. */
function remainders({ partition }: AttributionDocument, besides: readonly Contribution[], colour: boolean): string[] {
  if (besides.length === 0 || splitsEveryLayer(partition)) return []
  const line = `besides them: ${summed(besides).map(({ label, total }) => `${label} ${score(total)}`).join(', ')}`
  return [colour ? dim(line) : line]
}

/** Parts that occur at every position (such as errors) become one entry with their sum. */
function summed(contributions: readonly Contribution[]): { label: string; total: number }[] {
  const totals = new Map<string, number>()
  for (const { component, score: value } of contributions) {
    const label = component.position === undefined ? component.label : component.label.replace(/@\d+$/, '')
    totals.set(label, (totals.get(label) ?? 0) + value)
  }
  return [...totals].map(([label, total]) => ({ label, total }))
}

const splitsEveryLayer = (partition: AttributionDocument['partition']) => 'layer' in partition && partition.layer === 'all'

function closing(document: AttributionDocument, colour: boolean): string[] {
  const { partition, mode, rule, temperature, excludeFirst } = document
  const asked = [
    document.model,
    document.engine,
    `by ${describePartition(partition)}`,
    mode,
    rule === 'softmax' ? `softmax τ ${temperature}` : rule,
    ...(excludeFirst ? ['first token excluded'] : []),
  ].join(' · ')
  return [
    `target  ${colour ? bold(describeTarget(document.target, document.tokens)) : describeTarget(document.target, document.tokens)}`,
    `sum     ${describeSum(document)} in ${duration(document.milliseconds)}`,
    colour ? dim(asked) : asked,
  ]
}

function describePartition(partition: AttributionDocument['partition']): string {
  if (partition.by === 'feature') {
    const each = partition.per === 'feature' ? 'feature over all positions' : 'feature'
    return `${each} at ${formatSite(partition.site)}, at most ${partition.budget}`
  }
  const kind = partition.by === 'module' ? partition.module : partition.by
  if (partition.layer === 'all') return `${kind}, all layers`
  const atEmbedding = partition.layer === 0 && (partition.by === 'token' || partition.by === 'group')
  return atEmbedding ? kind : `${kind} at layer ${partition.layer}`
}

function describeSum({ contributions, target, partition, completenessError }: AttributionDocument): string {
  const error = `relative error ${completenessError.toExponential(1)}`
  // Every layer is a split of its own, and each splits the whole value.
  if (splitsEveryLayer(partition)) return `every layer's scores sum to ${score(target.value)} (largest ${error})`
  const sum = contributions.reduce((total, contribution) => total + contribution.score, 0)
  return `${score(sum)} of ${score(target.value)} (${error})`
}
