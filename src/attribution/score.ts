/** Decomposed streams → scores of one target, and the error in their sum. */
import type { SplitComponent } from '../depass/partition/component.ts'
import { rowOfStart } from '../depass/readout.ts'
import type { ReadResult } from '../depass/reads.ts'
import { UserError } from '../errors.ts'
import { componentLabel, type ComponentTexts } from './label.ts'
import type { PreparedRequest } from './prepare.ts'
import type { AttributionRequest } from './request.ts'
import type { Distribution } from './distribution.ts'
import type { AnswerToken, Component, Contribution, ResolvedTarget } from './result.ts'
import { NO_FACTS, type ReadContext, type TargetFacts } from './target/kind.ts'
import { partsOf, readTarget, type TargetPart } from './target/kinds.ts'

interface Scored {
  target: ResolvedTarget
  contributions: Contribution[]
  completenessError: number
  answer?: AnswerToken[]
}

type ScoreContext = Omit<ReadContext, 'x' | 'distribution'>

/** `distributions` are by position read; null if the stream is read before the last layer. */
export async function scoreTarget(
  { request, groupLabels }: PreparedRequest, read: ReadResult, distributions: readonly Distribution[] | null,
  context: ScoreContext,
): Promise<Scored> {
  const { target, position } = request
  const parts: ScoredPart[] = []
  for (const [p, part] of partsOf(target, position).entries()) {
    const x = read.x.subarray(p * read.width, (p + 1) * read.width)
    parts.push(await scorePart(part, p, read, { ...context, x, distribution: distributions?.[p] ?? null }))
  }
  const { facts, value, constant, starts } = target.type === 'answer' ? sumOf(parts) : parts[0]!
  requireFinite([value, facts.probability ?? 0, ...starts.flat()])
  const describe = describer(request, groupLabels, context)
  const present = read.starts.filter((start) => start !== null)
  const contributions = present.flatMap(({ components }, s) =>
    components.map((component, m): Contribution => ({ component: describe(component), score: starts[s]![m]! })))
  // BIAS stays the last component.
  const bias = contributions.findIndex(({ component }) => component.kind === 'bias')
  const behind = unreached(read.starts.length, request).map((component) => ({ component: describe(component), score: 0 }))
  contributions.splice(bias < 0 ? contributions.length : bias, 0, ...behind)
  if (constant !== 0) contributions.push({ component: describe(targetBias(facts)), score: constant })
  return {
    target: { type: target.type, position, value, ...facts },
    contributions,
    completenessError: errorOf(starts, value, constant),
    ...(target.type === 'answer' && { answer: parts.map(answerToken) }),
  }
}

interface ScoredPart {
  facts: TargetFacts
  position: number
  value: number
  /** The part of the value that belongs to no component. */
  constant: number
  /** Scores by start and component. */
  starts: number[][]
}

/** `p` is the index of the part's position among the positions read. */
async function scorePart({ target, position }: TargetPart, p: number, read: ReadResult, context: ReadContext): Promise<ScoredPart> {
  const { facts, project, constant = 0 } = await readTarget(target, context)
  const starts = read.starts.filter((start) => start !== null).map((start) =>
    start.components.map((component, m) => project(rowOfStart(start, m, read, p), component.kind === 'bias')))
  return { facts, position, value: project(context.x, true) + constant, constant, starts }
}

/**
 * Logits add up, component by component. The probability of the whole answer is the product of its tokens' probabilities.
 */
function sumOf(parts: readonly ScoredPart[]): Omit<ScoredPart, 'position'> {
  const add = (of: (part: ScoredPart) => number) => parts.reduce((sum, part) => sum + of(part), 0)
  return {
    facts: {
      ...NO_FACTS,
      tokenId: parts[0]!.facts.tokenId,
      text: parts.map(({ facts }) => facts.text).join(''),
      probability: parts.reduce((product, { facts }) => product * (facts.probability ?? NaN), 1),
    },
    value: add(({ value }) => value),
    constant: 0,
    starts: parts[0]!.starts.map((scores, s) => scores.map((_, m) => add(({ starts }) => starts[s]![m]!))),
  }
}

const answerToken = ({ facts, position, value, starts }: ScoredPart): AnswerToken => ({
  tokenId: facts.tokenId!,
  text: facts.text!,
  position,
  value,
  probability: facts.probability!,
  completenessError: errorOf(starts, value, 0),
  scores: starts.flat(),
})

/** The completeness error as results define it: the largest over the starts. */
function errorOf(starts: readonly (readonly number[])[], value: number, constant: number): number {
  const errors = starts.map((scores) => {
    const largest = scores.reduce((most, score) => Math.max(most, Math.abs(score)), Math.max(Math.abs(value), Math.abs(constant)))
    const total = scores.reduce((sum, score) => sum + score, constant)
    return largest === 0 ? 0 : Math.abs(total - value) / largest
  })
  return Math.max(0, ...errors)
}

/**
 * The component for the biases of a target's feature set. Its index distinguishes it from the SAE_BIAS of a split by
 * another set.
 */
const targetBias = ({ layer }: ResolvedTarget | TargetFacts): SplitComponent => ({ kind: 'sae_bias', index: 1, layer, first: 0 })

/** Refuses NaN and infinity, which are no results: NaN compares with nothing, and sums with infinity say nothing. */
export function requireFinite(numbers: readonly number[]): void {
  if (numbers.every(Number.isFinite)) return
  throw new UserError(
    'ENGINE_FAILED',
    'The pass gave NaN or infinity, which is never stored; the model overflows float32 on this sequence.',
  )
}

/** Tokens after the position that is read: they are components too, with a score of 0. */
function unreached(starts: number, request: AttributionRequest): SplitComponent[] {
  const { partition, tokenIds, position } = request
  if (partition.by !== 'token' || starts !== 1) return []
  const layer = partition.layer === 0 ? null : partition.layer
  return tokenIds.slice(position + 1).map((_, after) => ({ kind: 'token', index: position + 1 + after, layer, first: 0 }))
}

/** Turns components into components with labels. */
export function describer(
  { tokenIds, partition }: AttributionRequest, groupLabels: readonly string[] | null, { tokenText }: Pick<ReadContext, 'tokenText'>,
): (component: SplitComponent) => Component {
  const texts: ComponentTexts = {
    token: (position) => tokenText(tokenIds[position]!),
    group: (index) => (partition.by === 'group' ? (partition.groups[index] ?? []) : []),
    groupLabels,
  }
  return ({ kind, index, layer, position = null }) => {
    const named = { kind, index, layer, ...(position !== null && { position }) }
    return { ...named, label: componentLabel(named, texts) }
  }
}
