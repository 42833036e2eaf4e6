/**
 * Two prompts part by part, for splits with few enough parts to draw them all: tokens, words, heads, sublayers. The server puts
 * the same parts together, so what is drawn is what the query and the command give.
 */
import { ComparisonDocument } from '../../api/generated.ts'
import { useLarge } from '../../api/use-large.ts'
import type { Answer } from './answer.ts'
import { type Compared, contrastInputs, type Questions } from './contrast.ts'

type Pair = Compared['differences'][number]

interface Comparisons {
  /** One, or one for each kind of sublayer; empty until all are here. */
  compared: readonly Compared[]
  error: unknown
  loading: boolean
}

export function useCompared(questions: Questions): Comparisons {
  const [input, other] = contrastInputs(questions, [])
  const first = useLarge(ComparisonDocument, input ? { input } : null)
  const second = useLarge(ComparisonDocument, other ? { input: other } : null)
  const asked = other ? [first, second] : [first]
  const compared = asked.flatMap(({ data }) => data?.attributionContrast ?? [])
  return {
    compared: compared.length === asked.length ? compared : [],
    error: asked.find(({ error }) => error)?.error,
    loading: asked.some(({ loading }) => loading),
  }
}

/** Both answers, each with its shares in the order of its own parts. null once one of them is removed. */
export function sidesOf({ first, second, differences }: Compared): readonly [Answer, Answer] | null {
  if (!first || !second) return null
  const ours = differences.flatMap((pair) => (pair.first === null ? [] : [{ score: pair.first, component: pair.component }]))
  const theirs = differences.flatMap((pair) => (pair.second === null ? [] : [{ score: pair.second, component: secondOf(pair) }]))
  return [{ ...first, contributions: contributionsOf(ours) }, { ...second, contributions: contributionsOf(theirs) }]
}

const secondOf = ({ counterpart, component }: Pair) => counterpart ?? component

const contributionsOf = (shares: readonly { score: number; component: Pair['component'] }[]): Answer['contributions'] => {
  const inText = shares.filter(({ component }) => isPositional(component)).sort((a, b) => a.component.index - b.component.index)
  const inOrder = [...inText, ...shares.filter(({ component }) => !isPositional(component))]
  return { totalCount: shares.length, nodes: inOrder.map((share, ordinal) => ({ ordinal, ...share })) }
}

/** Whether a part stands in the text, which biases do not. */
const isPositional = ({ kind }: Pair['component']): boolean => kind === 'TOKEN' || kind === 'GROUP'

/** A place of the text, in one prompt or in both. */
export interface Place {
  /** The number of its token or word; null where the prompt has none there. */
  first: number | null
  second: number | null
  /** As it is called: both texts where they differ. */
  label: string
  difference: number
}

/** What stands for the token that a prompt has not. */
const NOTHING = '–'

/** The places in the order in which they are read, and what stands beside the text. `fromEnd`: how positions were put together. */
export function placesOf({ differences }: Compared, fromEnd: boolean, nameOf: (text: string) => string): { places: Place[]; others: Pair[] } {
  const pairs = differences.filter(({ component }) => isPositional(component))
  const count = (side: 'first' | 'second') => pairs.filter((pair) => pair[side] !== null).length
  // Counted from the end, places that the second prompt has alone stand before the first of the others.
  const shift = fromEnd ? count('second') - count('first') : 0
  const placeOf = ({ first, second }: Place) => first ?? (second ?? 0) - shift
  const places = pairs.map((pair): Place => {
    const first = pair.first === null ? null : pair.component
    const second = pair.second === null ? null : secondOf(pair)
    const names = [first, second].map((part) => (part ? nameOf(part.label) : NOTHING))
    const label = names[0] === names[1] ? (first?.label ?? '') : names.join(' | ')
    return { first: first?.index ?? null, second: second?.index ?? null, label, difference: pair.difference }
  })
  return {
    places: places.sort((a, b) => placeOf(a) - placeOf(b)),
    others: differences.filter(({ component }) => !isPositional(component)),
  }
}
