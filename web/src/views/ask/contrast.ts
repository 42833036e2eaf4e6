/**
 * What differs between two prompts, part by part. The server puts the same parts together: tokens and words by where they stand,
 * neurons by layer and number, features by number. Where there are too many parts to draw them all, those that differ most are
 * asked for. A neuron that is among the largest of one prompt alone has its share of the other all the same. For features this
 * takes two steps: those that are kept of either prompt are found first, then exactly these are split out of both. So a feature
 * without a share does not fire there; it never hides in the rest.
 */
import { type AttributionContrastInput, type ComparisonQuery, ContrastDocument, type ContrastQuery, KeptFeaturesDocument, type KeptFeaturesQuery, type PartitionInput } from '../../api/generated.ts'
import { useLarge } from '../../api/use-large.ts'
import { featureAddress } from '../../state/addresses.ts'
import type { DifferenceBar } from '../../plot/difference-bars.tsx'
import { partNames } from './part-names.ts'
import { againstFlags, flagsOf, inputsOf, type Question } from './question.ts'

/** With every part. */
export type Compared = NonNullable<ComparisonQuery['attributionContrast']>
/** With the parts that differ most. */
export type Contrast = NonNullable<ContrastQuery['attributionContrast']>
export type Questions = readonly [Question, Question]

/** One component a feature, over all its positions: those of one prompt have no counterparts in the other. */
const splitByFeature = (source: string, features: readonly number[]): PartitionInput => ({
  feature: { source, per: 'FEATURE', ...(features.length > 0 && { features: [...features] }) },
})

const sideInputs = (question: Question, features: readonly number[]) =>
  question.by === 'feature' ? [{ ...question.asked, partition: splitByFeature(question.set, features) }] : inputsOf(question)

const pairsOf = ([left, right]: Questions, features: readonly number[]) => {
  const seconds = sideInputs(right, features)
  return sideInputs(left, features).flatMap((first, at) => {
    const second = seconds[at]
    return second ? [{ first, second }] : []
  })
}

/** Splits with parts that belong to positions; what a split by feature leaves over does. */
const POSITIONAL: ReadonlySet<string> = new Set(['token', 'word', 'feature'])

/**
 * Where the target is read at the end, positions are counted from the end, so that prompts of different lengths have the same
 * words beside each other.
 */
export const countsFromEnd = ({ by, asked }: Question): boolean => POSITIONAL.has(by) && asked.position == null

/** One, or one for each kind of sublayer. `features`: of a split by feature, those that are split out of both prompts. */
export const contrastInputs = (questions: Questions, features: readonly number[]): AttributionContrastInput[] =>
  pairsOf(questions, features).map((pair) => ({ ...pair, ...(countsFromEnd(questions[0]) && { align: 'END' }) }))

/** The commands that print the same tables. `top`: how many rows of each. */
export const contrastFlags = ([first, second]: Questions, features: readonly number[], top: number): Question['flags'][] =>
  flagsOf(first).map((flags) => ({
    ...againstFlags({ ...flags, ...(first.by === 'feature' && { per: 'feature', only: features.length > 0 ? features.join(',') : null }) }, second, top),
    ...(countsFromEnd(first) && { align: 'end' }),
  }))

/** The features that are kept of either prompt, ascending. */
export function keptFeatures({ first, second }: KeptFeaturesQuery): number[] {
  const indexes = [first, second].flatMap((side) => side?.contributions.nodes.map(({ component: { index } }) => index) ?? [])
  return [...new Set(indexes)].sort((a, b) => a - b)
}

interface Contrasted {
  contrast: Contrast | null
  features: readonly number[]
  error: unknown
  loading: boolean
}

export function useContrast(questions: Questions): Contrasted {
  const isByFeature = questions[0].by === 'feature'
  const [pair] = pairsOf(questions, [])
  const kept = useLarge(KeptFeaturesDocument, isByFeature && pair ? pair : null)
  const features = kept.data && !kept.loading ? keptFeatures(kept.data) : []
  const isReady = !isByFeature || (kept.data !== undefined && !kept.loading)
  const [input] = contrastInputs(questions, features)
  const { data, error, loading } = useLarge(ContrastDocument, isReady && input ? { input } : null)
  return { contrast: data?.attributionContrast ?? null, features, error: kept.error ?? error, loading: kept.loading || loading }
}

export interface Difference extends DifferenceBar {
  kind: string
  layer: number | null
  index: number
}

/** What it means that a prompt has no such part. */
const absenceOf = (kind: string): string => (kind === 'FEATURE' ? 'does not fire' : 'none here')

/** Both names where they differ: `L2.REST@5 | L2.REST@6`. */
const bothLabels = (label: string, other: string | undefined): string => (other === undefined || other === label ? label : `${label} | ${other}`)

interface Differing {
  first: { partitionKind: string } | null
  differences: readonly (Contrast['differences'][number] | Compared['differences'][number])[]
}

export function differencesOf({ first: side, differences }: Differing): Difference[] {
  // What a split by feature leaves over has words of its own.
  const namesOf = side?.partitionKind === 'FEATURE' ? partNames : ({ label }: { label: string }) => [label]
  return differences.map(({ first, second, difference, component, counterpart }) => {
    const { kind, layer, index, label } = component
    const known = 'lookup' in component ? component.lookup : null
    return {
      kind, layer, index, first, second, difference,
      label: namesOf({ ...component, label: bothLabels(label, counterpart?.label) }).filter((part) => part !== '').join(' · '),
      absence: absenceOf(kind),
      ...(known && { href: featureAddress(known.name) }),
    }
  })
}

/**
 * What is known of the parts without a row in either prompt. Each of them has at most the size of the smallest row of its
 * prompt, so the sum of both bounds its difference. null if there are none.
 */
export function beyond({ first, second, totalCount, tailMass }: Contrast): { count: number; sum: number; most: number } | null {
  const count = (first?.componentCount ?? 0) - totalCount
  const isCut = (first !== null && first.storedCount < first.componentCount) || (second !== null && second.storedCount < second.componentCount)
  if (!isCut || count <= 0) return null
  const most = [first, second].reduce((sum, side) => sum + (side?.weakest.nodes[0]?.magnitude ?? 0), 0)
  return { count, sum: tailMass, most }
}

/** The sum of all differences; where every layer is split, that of each layer. null if not all are here. */
export function sumOfDifferences({ differences, totalCount, tailMass }: Contrast): number | null {
  if (differences.length < totalCount) return null
  const starts = differences.filter(({ component: { kind } }) => kind === 'REST').length
  const isByNeuron = differences.some(({ component: { kind } }) => kind === 'NEURON')
  const sum = differences.reduce((total, { difference }) => total + difference, tailMass)
  return sum / (isByNeuron ? Math.max(1, starts) : 1)
}
