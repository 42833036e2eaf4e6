/** An attribution in a terminal: the heat map, the scores, what was asked, and whether the sum closes. */
import { selectTop, type AttributionDocument } from '../../src/attribution/json.ts'
import type { Contribution, DecodedComponent } from '../../src/attribution/result.ts'
import { bars, scaleOf, type Scale } from './bars.ts'
import { bold, dim, tint } from './colour.ts'
import { headGrid } from './head-grid.ts'
import { heatMap } from './heat-map.ts'
import { duration, percent, score } from './numbers.ts'
import { withBlanks } from './visible.ts'

interface RenderOptions {
  colour: boolean
  /** How many components the list shows; by default those that fit a screen. */
  top?: number
}

/** Beyond this a list in component order is no longer looked through. */
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
    closing(document, colour),
  ]
  return `${sections.filter((section) => section !== false).map((section) => section.join('\n')).join('\n\n')}\n`
}

/** One line a component: the tokens it speaks for most, best first. */
function decodedTable(decoded: readonly DecodedComponent[]): string[] {
  const labels = decoded.map(({ component }) => withBlanks(component.label))
  const width = Math.max(...labels.map((label) => label.length))
  return decoded.map(({ tokens }, at) =>
    `${labels[at]!.padEnd(width)}  →  ${tokens.map(({ text, logit }) => `${withBlanks(text)} ${score(logit)}`).join('  ')}`)
}

const legend = () => `${tint(' pushes towards the target ', 1)} ${tint(' pushes against it ', -1)}`

/** A head or neuron is small beside the stream it was split from: on one scale with it, none could be told apart. */
function separate({ partition, contributions }: AttributionDocument): { named: Contribution[]; besides: Contribution[] } {
  const isNamed = ({ component }: Contribution) =>
    (partition.by !== 'head' && partition.by !== 'neuron') || component.kind === partition.by
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

/** What was not split out: one line where there was one split; with a split per layer they would be a list themselves. */
function remainders({ partition }: AttributionDocument, besides: readonly Contribution[], colour: boolean): string[] {
  if (besides.length === 0 || partition.layer === 'all') return []
  const line = `besides them: ${besides.map(({ component, score: value }) => `${component.label} ${score(value)}`).join(', ')}`
  return [colour ? dim(line) : line]
}

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
    `target  ${colour ? bold(describeTarget(document)) : describeTarget(document)}`,
    `sum     ${describeSum(document)} in ${duration(document.milliseconds)}`,
    colour ? dim(asked) : asked,
  ]
}

function describePartition(partition: AttributionDocument['partition']): string {
  const kind = partition.by === 'module' ? partition.module : partition.by
  if (partition.layer === 'all') return `${kind}, all layers`
  const atEmbedding = partition.layer === 0 && (partition.by === 'token' || partition.by === 'group')
  return atEmbedding ? kind : `${kind} at layer ${partition.layer}`
}

function describeTarget({ target, tokens }: AttributionDocument): string {
  const at = `at position ${target.position} (after ${withBlanks(tokens[target.position]?.text ?? '')})`
  if (target.type === 'direction') return `direction at the input of layer ${target.layer}, ${at}: ${score(target.value)}`
  const named = nameOf(target.text, target.tokenId)
  const minus = target.type === 'logitDifference' ? ` minus ${nameOf(target.minusText, target.minusTokenId)}` : ''
  const what = target.type === 'logitDifference' ? 'logit difference' : 'logit'
  const probability = target.probability === null ? '' : `, probability ${percent(target.probability)}`
  return `${named}${minus} ${at}: ${what} ${score(target.value)}${probability}`
}

const nameOf = (text: string | null, id: number | null) =>
  text === null || text === `#${id}` ? `#${id}` : `${withBlanks(text)} (#${id})`

function describeSum({ contributions, target, partition, completenessError }: AttributionDocument): string {
  const error = `relative error ${completenessError.toExponential(1)}`
  // Every layer is a split of its own, each with the whole value to share out.
  if (partition.layer === 'all') return `every layer's scores sum to ${score(target.value)} (largest ${error})`
  const sum = contributions.reduce((total, contribution) => total + contribution.score, 0)
  return `${score(sum)} of ${score(target.value)} (${error})`
}
