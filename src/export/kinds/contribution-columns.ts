/** Contributions as columns: each item's components in order, with their names, positions and ranks. */
import { componentName } from '../../attribution/label.ts'
import { componentKinds } from '../../depass/partition/component.ts'
import { type ColumnData, type ColumnTable, Dictionary, NO_CODE } from '../columns.ts'
import { type Components, type ContributionRows, type Group, type Item, NONE } from './contribution-rows.ts'

const TOKEN = componentKinds.indexOf('token')
const GROUP = componentKinds.indexOf('group')
const SAE_BIAS = componentKinds.indexOf('sae_bias')

export function contributionColumns({ items, components, ranked, tokens, groups }: ContributionRows): ColumnTable {
  const placesOf = ({ result }: Item): Int32Array => components.byResult.get(result) ?? new Int32Array(0)
  const rows = items.reduce((sum, item) => sum + placesOf(item).length, 0)
  const table = new Table(rows)
  const names = new Names(tokens.texts)
  const positions: (readonly number[])[] = []
  let at = 0
  for (const item of items) {
    const places = placesOf(item)
    const end = at + places.length
    table.ofItem(item, at, end)
    const starts = startLayers(item, components, places)
    const ranks = ranksOf(components, places, starts, ranked)
    const codes = tokens.codes.get(item.sequence)
    const groupsOf = groups.get(item.result)
    const groupCodes = groupsOf?.map((group) => positions.push(group.positions) - 1)
    for (let i = 0; i < places.length; i++) {
      const row = at + i
      const place = places[i]!
      const kind = components.kinds[place]!
      const index = components.indices[place]!
      const layer = components.layers[place]!
      const score = components.scores[place]!
      table.startLayer.set(row, starts[i]!)
      table.ordinal.set(row, components.ordinals[place]!)
      table.kind[row] = kind
      table.layer.set(row, layer)
      table.index.set(row, index)
      table.score[row] = score
      table.share.set(row, item.targetValue === 0 ? null : score / item.targetValue)
      table.rank.set(row, ranks[i]!)
      table.name[row] = NO_CODE
      table.positions[row] = NO_CODE
      if (kind === TOKEN) {
        table.position.set(row, index)
        table.name[row] = codes?.[index] ?? NO_CODE
        table.span(row, item, index)
        continue
      }
      const position = components.featurePositions[place]!
      table.position.set(row, position)
      if (kind === GROUP) {
        table.name[row] = names.textCode(groupsOf?.[index])
        table.positions[row] = groupCodes?.[index] ?? NO_CODE
      } else table.name[row] = names.codeOf(kind, index, layer, position)
    }
    at = end
  }
  return { rows, columns: table.columns(names.texts.values, positions) }
}

/**
 * The same as `start_layer` in SQL: a component with a layer began there; the biases of a target's feature set began
 * nowhere.
 */
function startLayers({ everyLayer, splitLayer }: Item, { layers, biasStarts, kinds }: Components, places: Int32Array): Int32Array {
  if (!everyLayer) return new Int32Array(places.length).fill(splitLayer)
  return places.map((place) => {
    if (layers[place] === NONE) return biasStarts[place]!
    return kinds[place] === SAE_BIAS ? NONE : layers[place]!
  })
}

/**
 * Ranks among the ranked components that began at the same layer: 1 for the largest magnitude; equal ones share the better
 * rank.
 */
function ranksOf({ kinds, scores }: Components, places: Int32Array, starts: Int32Array, ranked: ReadonlySet<string>): Int32Array {
  const ranks = new Int32Array(places.length).fill(NONE)
  const hasRank = componentKinds.map((kind) => ranked.has(kind))
  const byStart = new Map<number, number[]>()
  let [last, members]: [number, number[]] = [NONE, []]
  for (let i = 0; i < places.length; i++) {
    if (!hasRank[kinds[places[i]!]!]) continue
    if (members.length === 0 || starts[i] !== last) {
      last = starts[i]!
      members = byStart.get(last) ?? []
      byStart.set(last, members)
    }
    members.push(i)
  }
  for (const each of byStart.values()) rankAmong(each, scores, places, ranks)
  return ranks
}

function rankAmong(members: readonly number[], scores: Float64Array, places: Int32Array, ranks: Int32Array): void {
  const strengths = new Float64Array(members.length)
  for (let n = 0; n < members.length; n++) strengths[n] = Math.abs(scores[places[members[n]!]!]!)
  const ascending = strengths.slice().sort()
  for (let n = 0; n < members.length; n++) ranks[members[n]!] = ascending.length - countUpTo(ascending, strengths[n]!) + 1
}

/** How many of the ascending numbers are at most `limit`. */
function countUpTo(ascending: Float64Array, limit: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! <= limit) low = middle + 1
    else high = middle
  }
  return low
}

/** Names of components, from the one function that makes them, called once for each distinct component. */
class Names {
  readonly texts: Dictionary
  readonly #codes = componentKinds.map(() => new Map<number | string, number>())

  /** Names are added to the texts of tokens, because both are in one column. */
  constructor(texts: Dictionary) {
    this.texts = texts
  }

  textCode(group: Group | undefined): number {
    return this.texts.codeOf(group?.text ?? null)
  }

  /** `kind`: its index in `componentKinds`. */
  codeOf(kind: number, index: number, layer: number, position: number): number {
    const ofKind = this.#codes[kind]!
    // The key is a number if possible, because one is made for every row.
    const key = position === NONE ? index * MOST_LAYERS + layer + 1 : `${index} ${layer} ${position}`
    let code = ofKind.get(key)
    if (code === undefined) {
      const orNull = (value: number) => (value === NONE ? null : value)
      code = this.texts.codeOf(componentName({ kind: componentKinds[kind]!, index, layer: orNull(layer), position: orNull(position) }))
      ofKind.set(key, code)
    }
    return code
  }
}

/** A layer is a smallint in the database. */
const MOST_LAYERS = 2 ** 16

/** Numbers of which some are null. */
class Nullable<A extends Int32Array | Float32Array | Float64Array> {
  readonly data: A
  readonly nulls: Uint8Array
  /** The number that stands for null. */
  readonly #none: number | null

  constructor(data: A, none: number | null) {
    this.data = data
    this.nulls = new Uint8Array(data.length)
    this.#none = none
  }

  set(row: number, value: number | null): void {
    if (value === null || value === this.#none) this.nulls[row] = 1
    else this.data[row] = value
  }

  fill(value: number | null, from: number, to: number): void {
    if (value === null || value === this.#none) this.nulls.fill(1, from, to)
    else this.data.fill(value, from, to)
  }
}

class Texts {
  readonly #texts = new Dictionary()
  readonly codes: Int32Array

  constructor(rows: number) {
    this.codes = new Int32Array(rows)
  }

  fill(text: string | null, from: number, to: number): void {
    this.codes.fill(this.#texts.codeOf(text), from, to)
  }

  get column(): ColumnData {
    return { type: 'text', values: this.#texts.values, codes: this.codes }
  }
}

/** A column whose texts are only the kinds that occur. */
function kindColumn(kinds: Int32Array): ColumnData {
  const texts = new Dictionary()
  const codes = componentKinds.map(() => NO_CODE)
  for (const kind of kinds) if (codes[kind] === NO_CODE) codes[kind] = texts.codeOf(componentKinds[kind]!)
  return { type: 'text', values: texts.values, codes: kinds.map((kind) => codes[kind]!) }
}

class Table {
  readonly startLayer: Nullable<Int32Array>
  readonly ordinal: Nullable<Int32Array>
  /** Indices in `componentKinds`. */
  readonly kind: Int32Array
  readonly layer: Nullable<Int32Array>
  readonly index: Nullable<Int32Array>
  readonly position: Nullable<Int32Array>
  /** Codes of texts, and of lists of positions. */
  readonly name: Int32Array
  readonly positions: Int32Array
  readonly score: Float32Array
  readonly share: Nullable<Float32Array>
  readonly rank: Nullable<Int32Array>
  readonly #tokenStart: Nullable<Int32Array>
  readonly #tokenEnd: Nullable<Int32Array>
  readonly #inSubject: { data: Uint8Array; nulls: Uint8Array }
  readonly #dataset: Texts
  readonly #prompt: Int32Array
  readonly #promptIndex: Int32Array
  readonly #result: BigInt64Array
  readonly #target: Texts
  readonly #minus: Texts
  readonly #targetPosition: Int32Array
  readonly #targetValue: Float64Array
  readonly #targetProbability: Nullable<Float64Array>
  readonly #partition: Texts
  readonly #mode: Texts
  readonly #rule: Texts
  readonly #temperature: Nullable<Float64Array>

  constructor(rows: number) {
    const numbers = () => new Nullable(new Int32Array(rows), NONE)
    this.startLayer = numbers()
    this.ordinal = numbers()
    this.kind = new Int32Array(rows)
    this.layer = numbers()
    this.index = numbers()
    this.position = numbers()
    this.name = new Int32Array(rows)
    this.positions = new Int32Array(rows)
    this.score = new Float32Array(rows)
    this.share = new Nullable(new Float32Array(rows), null)
    this.rank = numbers()
    this.#tokenStart = numbers()
    this.#tokenEnd = numbers()
    this.#inSubject = { data: new Uint8Array(rows), nulls: new Uint8Array(rows).fill(1) }
    this.#tokenStart.nulls.fill(1)
    this.#tokenEnd.nulls.fill(1)
    this.#dataset = new Texts(rows)
    this.#prompt = new Int32Array(rows)
    this.#promptIndex = new Int32Array(rows)
    this.#result = new BigInt64Array(rows)
    this.#target = new Texts(rows)
    this.#minus = new Texts(rows)
    this.#targetPosition = new Int32Array(rows)
    this.#targetValue = new Float64Array(rows)
    this.#targetProbability = new Nullable(new Float64Array(rows), null)
    this.#partition = new Texts(rows)
    this.#mode = new Texts(rows)
    this.#rule = new Texts(rows)
    this.#temperature = new Nullable(new Float64Array(rows), null)
  }

  /** Fills in what all rows of an item share. */
  ofItem(item: Item, from: number, to: number): void {
    this.#dataset.fill(item.dataset, from, to)
    this.#prompt.fill(item.prompt, from, to)
    this.#promptIndex.fill(item.promptIndex, from, to)
    this.#result.fill(BigInt(item.result), from, to)
    this.#target.fill(item.target, from, to)
    this.#minus.fill(item.minus, from, to)
    this.#targetPosition.fill(item.position, from, to)
    this.#targetValue.fill(item.targetValue, from, to)
    this.#targetProbability.fill(item.targetProbability, from, to)
    this.#partition.fill(item.partition, from, to)
    this.#mode.fill(item.mode, from, to)
    this.#rule.fill(item.rule, from, to)
    this.#temperature.fill(item.temperature, from, to)
  }

  /** The span of the token at `position` in the prompt, and whether it overlaps the prompt's subject. */
  span(row: number, { spans, subjectStart, subjectEnd }: Item, position: number): void {
    const start = spans[2 * position] ?? NONE
    const end = spans[2 * position + 1] ?? NONE
    if (start !== NONE) {
      this.#tokenStart.data[row] = start
      this.#tokenStart.nulls[row] = 0
      this.#tokenEnd.data[row] = end
      this.#tokenEnd.nulls[row] = 0
    }
    if (subjectStart === NONE) return
    this.#inSubject.nulls[row] = 0
    this.#inSubject.data[row] = start !== NONE && start < subjectEnd && end > subjectStart ? 1 : 0
  }

  /** The columns in the order of the file. */
  columns(texts: readonly string[], positions: readonly (readonly number[])[]): ColumnTable['columns'] {
    const int32 = ({ data, nulls }: Nullable<Int32Array>) => ({ type: 'int32' as const, data, nulls })
    const float64 = ({ data, nulls }: Nullable<Float64Array>) => ({ type: 'float64' as const, data, nulls })
    const plain = (data: Int32Array) => ({ type: 'int32' as const, data, nulls: null })
    return [
      { name: 'dataset', ...this.#dataset.column },
      { name: 'prompt_id', ...plain(this.#prompt) },
      { name: 'prompt_index', ...plain(this.#promptIndex) },
      { name: 'result_id', type: 'int64', data: this.#result, nulls: null },
      { name: 'target', ...this.#target.column },
      { name: 'minus', ...this.#minus.column },
      { name: 'target_position', ...plain(this.#targetPosition) },
      { name: 'target_value', type: 'float64', data: this.#targetValue, nulls: null },
      { name: 'target_probability', ...float64(this.#targetProbability) },
      { name: 'partition', ...this.#partition.column },
      { name: 'start_layer', ...int32(this.startLayer) },
      { name: 'mode', ...this.#mode.column },
      { name: 'rule', ...this.#rule.column },
      { name: 'temperature', ...float64(this.#temperature) },
      { name: 'ordinal', ...int32(this.ordinal) },
      { name: 'component_kind', ...kindColumn(this.kind) },
      { name: 'layer', ...int32(this.layer) },
      { name: 'component_index', ...int32(this.index) },
      { name: 'component_position', ...int32(this.position) },
      { name: 'component', type: 'text', values: texts, codes: this.name },
      { name: 'positions', type: 'ints', values: positions, codes: this.positions },
      { name: 'token_start', ...int32(this.#tokenStart) },
      { name: 'token_end', ...int32(this.#tokenEnd) },
      { name: 'in_subject', type: 'bool', ...this.#inSubject },
      { name: 'score', type: 'float32', data: this.score, nulls: null },
      { name: 'share', type: 'float32', data: this.share.data, nulls: this.share.nulls },
      { name: 'rank', ...int32(this.rank) },
    ]
  }
}
