/**
 * What activates a feature, in words: made by counting, with no judgement behind it, and marked so. A token, its class
 * (a person's name, a city …), the class of the token that follows, a rare word earlier in the text, or what the text is
 * about and its language name the feature when it holds most of its strong activation (at least half of its maximum).
 */
import type { Engine } from '../../src/tensor/engine.ts'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts'
import { continents, countries, languages } from '../world/countries.ts'
import type { Tongue } from '../world/language.ts'
import { companyEnds, companyStarts, firstNames, products, professions, surnameEnds, surnameStarts } from '../world/people.ts'
import { colours, moods, objects, places } from '../corpus/things.ts'
import type { Activations } from './activations.ts'
import { encodeAll } from './measure.ts'
import type { Sae } from './program.ts'

/** Fields as Neuronpedia's explanations have them. */
export interface FeatureLabel {
  index: number
  description: string
  /** In the file, so that whoever imports it names the same author and each label is stored once. */
  author: 'demo'
  typeName: 'automatic'
  explanationModelName: null
  /** Share of tokens that activate it. */
  frac_nonzero: number
  maxActApprox: number
  /** Share of the summed strong activation that the label accounts for. */
  share: number
  topTokens: { token: string; share: number }[]
}

/** What counts as strong, as a share of the feature's maximum. */
const STRONG = 0.5
/** A label holds when it accounts for this share of the strong activation. */
const ENOUGH = 0.6
/** A word that stands before more than this share of all tokens says nothing about a feature. */
const RARE = 0.1
/** The same of topics. */
const RARE_TOPIC = 0.2

const tongueNames: Readonly<Record<Tongue, string>> = { en: 'English', fr: 'French', de: 'German', es: 'Spanish' }

export async function describeFeatures(engine: Engine, sae: Sae, activations: Activations, tokenizer: Tokenizer): Promise<FeatureLabel[]> {
  const { F } = sae.shape
  const classes = await tokenClasses(tokenizer)
  const topics = new Map<string, number>()
  for (const document of activations.documents) {
    const { about } = activations.texts[document]!
    topics.set(about, (topics.get(about) ?? 0) + 1)
  }
  const isRareTopic = (about: string) => (topics.get(about) ?? 0) < RARE_TOPIC * activations.rows
  const before = idsBefore(activations)
  const common = new Map<number, number>()
  for (const ids of before) for (const id of ids) common.set(id, (common.get(id) ?? 0) + 1)
  const isRare = (id: number) => (common.get(id) ?? 0) < RARE * activations.rows
  const sums = Array.from({ length: F }, (): Sums => ({
    count: 0, total: 0, max: 0, byToken: new Map(), byTongue: new Map(), byNext: new Map(), byTopic: new Map(), byEarlier: new Map(),
  }))
  await encodeAll(engine, sae, activations, (values, _, count) => {
    for (let at = 0; at < count * F; at++) {
      if (values[at]! <= 0) continue
      const sum = sums[at % F]!
      sum.count++
      sum.max = Math.max(sum.max, values[at]!)
    }
  })
  await encodeAll(engine, sae, activations, (values, from, count) => {
    for (let at = 0; at < count * F; at++) {
      const value = values[at]!
      const sum = sums[at % F]!
      if (value <= 0 || value < STRONG * sum.max) continue
      const row = from + Math.floor(at / F)
      sum.total += value
      const id = activations.ids[row]!
      sum.byToken.set(id, (sum.byToken.get(id) ?? 0) + value)
      const next = activations.documents[row + 1] === activations.documents[row] ? classes.get(activations.ids[row + 1]!) : undefined
      if (next !== undefined) sum.byNext.set(next, (sum.byNext.get(next) ?? 0) + value)
      for (const earlier of before[row]!) if (isRare(earlier)) sum.byEarlier.set(earlier, (sum.byEarlier.get(earlier) ?? 0) + value)
      const { about, tongue } = activations.texts[activations.documents[row]!]!
      if (isRareTopic(about)) sum.byTopic.set(about, (sum.byTopic.get(about) ?? 0) + value)
      sum.byTongue.set(tongue, (sum.byTongue.get(tongue) ?? 0) + value)
    }
  })
  return sums.map((sum, index): FeatureLabel => {
    const { count, total, max, byToken } = sum
    const ranked = [...byToken].sort((a, b) => b[1] - a[1])
    const topTokens = ranked.slice(0, 8).map(([id, value]) => ({ token: tokenizer.tokenText(id), share: round(value / total) }))
    const { description, share } = wording(ranked, sum, classes, tokenizer)
    return {
      index, description, author: 'demo', typeName: 'automatic', explanationModelName: null,
      frac_nonzero: round(count / activations.rows), maxActApprox: round(max), share, topTokens,
    }
  })
}

interface Sums {
  count: number
  total: number
  max: number
  /** Summed strong activation, and by the token it is at, the text's language and topic, what follows, and each token that stands earlier. */
  byToken: Map<number, number>
  byTongue: Map<Tongue, number>
  byTopic: Map<string, number>
  byNext: Map<string, number>
  byEarlier: Map<number, number>
}

/** For each row the ids that its document has before it. */
function idsBefore({ rows, documents, texts }: Activations): ReadonlySet<number>[] {
  let place = 0
  return Array.from({ length: rows }, (_, row) => {
    place = row > 0 && documents[row] === documents[row - 1] ? place + 1 : 0
    return new Set(texts[documents[row]!]!.ids.slice(0, place))
  })
}

function wording(
  ranked: readonly [number, number][], { total, byTongue, byTopic, byNext, byEarlier }: Sums,
  classes: ReadonlyMap<number, string>, tokenizer: Tokenizer,
): { description: string; share: number } {
  const [first] = ranked
  if (first === undefined) return { description: 'never active on the sample', share: 0 }
  const [tongue, inTongue] = [...byTongue].sort((a, b) => b[1] - a[1])[0]!
  const where = inTongue / total > 0.9 && tongue !== 'en' ? ` in ${tongueNames[tongue]} text` : ''
  const quoted = (id: number) => `“${tokenizer.tokenText(id).trim()}”`
  if (first[1] / total >= ENOUGH) return { description: `the token ${quoted(first[0])}${where}`, share: round(first[1] / total) }
  for (const classOf of [(name: string) => name, (name: string) => wider[name]]) {
    const byClass = new Map<string, number>()
    for (const [id, value] of ranked) {
      const found = classOf(classes.get(id) ?? '')
      if (found !== undefined && found !== '') byClass.set(found, (byClass.get(found) ?? 0) + value)
    }
    const [best] = [...byClass].sort((a, b) => b[1] - a[1])
    if (best !== undefined && best[1] / total >= ENOUGH) return { description: `${best[0]}${where}`, share: round(best[1] / total) }
  }
  const [next] = [...byNext].sort((a, b) => b[1] - a[1])
  if (next !== undefined && next[1] / total >= ENOUGH) {
    return { description: `before ${next[0]}${where}`, share: round(next[1] / total) }
  }
  const [earlier] = [...byEarlier].sort((a, b) => b[1] - a[1])
  if (earlier !== undefined && earlier[1] / total >= ENOUGH) {
    return { description: `after ${quoted(earlier[0])}${where}`, share: round(earlier[1] / total) }
  }
  const few = ranked.slice(0, 4)
  const share = few.reduce((sum, [, value]) => sum + value, 0) / total
  if (share >= ENOUGH) return { description: `the tokens ${few.map(([id]) => quoted(id)).join(', ')}${where}`, share: round(share) }
  const [topic] = [...byTopic].sort((a, b) => b[1] - a[1])
  if (topic !== undefined && topic[1] / total >= ENOUGH) {
    return { description: `text about ${topic[0]}${where}`, share: round(topic[1] / total) }
  }
  if (where !== '') return { description: `${tongueNames[tongue]} text`, share: round(inTongue / total) }
  return { description: `mixed: ${few.map(([id]) => quoted(id)).join(', ')} …`, share: round(share) }
}

/** Classes that are parts of one. */
const wider: Readonly<Record<string, string>> = {
  "a woman's first name": "part of a person's name", "a man's first name": "part of a person's name",
  "a surname's beginning": "part of a person's name", "a surname's end": "part of a person's name",
  "a company's beginning": "part of a company's name", "a company's end": "part of a company's name",
  'a city': 'a name on the map', 'a country': 'a name on the map', 'a continent': 'a name on the map',
}

const round = (value: number) => Number(value.toFixed(4))

/** Entity classes of tokens; a word of several tokens lends its class to its first. */
async function tokenClasses(tokenizer: Tokenizer): Promise<Map<number, string>> {
  const classes = new Map<number, string>()
  const add = async (name: string, words: readonly string[]) => {
    for (const word of words) {
      const [id] = await tokenizer.encodeContinuation(` ${word}`)
      if (id !== undefined && !classes.has(id)) classes.set(id, name)
    }
  }
  const all = (told: readonly Readonly<Record<string, string>>[]) => told.flatMap((each) => Object.values(each))
  const addEnds = async (name: string, ends: readonly string[]) => {
    for (const end of ends) {
      const id = (await tokenizer.encodeContinuation(end)).at(-1)
      if (id !== undefined && !classes.has(id)) classes.set(id, name)
    }
  }
  await add("a woman's first name", firstNames.f)
  await add("a man's first name", firstNames.m)
  await add('a city', all(countries.flatMap(({ capital, city }) => [capital, city])))
  await add('a country', all(countries.map(({ name }) => name)))
  await add('a language', all(Object.values(languages)))
  await add('a continent', all(Object.values(continents)))
  await add('a profession', all(professions.flatMap(({ f, m }) => [f, m])))
  await add('a product', all(products))
  await add('an object', objects)
  await add('a place', places)
  await add('a colour', colours)
  await add('a mood', moods)
  await add("a surname's beginning", surnameStarts)
  await add("a company's beginning", companyStarts)
  await addEnds("a surname's end", surnameEnds)
  await addEnds("a company's end", companyEnds)
  return classes
}
