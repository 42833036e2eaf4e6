/**
 * The data from which contributions are made, fetched from Postgres: items (a prompt and its result), components of
 * results, and the texts that name them, each once. SQL functions called for every row take half of PostgreSQL's
 * time, so they are only called if their answer is not obvious.
 */
import type pg from 'pg'
import { z } from 'zod'
import { componentKinds } from '../../depass/partition/component.ts'
import { Dictionary } from '../columns.ts'
import { CopyElements, type CopyRow, eachCopied } from '../copy-rows.ts'
import type { Part } from '../part.ts'
import { withIds } from '../part-ids.ts'
import { ITEMS, SHARED_SQL } from './run-parts.ts'

/** Stands for a missing number; all others are at least 0. */
export const NONE = -1

/** A prompt of the run with its result. */
export interface Item {
  result: number
  prompt: number
  promptIndex: number
  dataset: string
  target: string | null
  minus: string | null
  position: number
  targetValue: number
  targetProbability: number | null
  partition: string
  mode: string
  rule: string
  temperature: number | null
  sequence: number
  /** The layer where components begin, or NONE; not used if `everyLayer`. */
  splitLayer: number
  everyLayer: boolean
  /** In UTF-16, like spans; NONE if the prompt has no subject. */
  subjectStart: number
  subjectEnd: number
  /** Start and end of each token in the prompt's text, one after the other; NONE for tokens without a span. */
  spans: Int32Array
}

/** Components of all results, those of a result one after another. All of these arrays have the same index. */
export class Components {
  readonly ordinals: Int32Array
  /** Indices in `componentKinds`. */
  readonly kinds: Uint8Array
  readonly layers: Int32Array
  readonly indices: Int32Array
  readonly scores: Float64Array
  readonly biasStarts: Int32Array
  readonly featurePositions: Int32Array
  /** For each result, the indices of its components, in the order of ordinals. */
  readonly byResult = new Map<number, Int32Array>()
  #count = 0
  /** In the order of the statement's columns after the result's id. */
  readonly #fields = {
    ordinal: new CopyElements(), kind: new CopyElements(), layer: new CopyElements(), index: new CopyElements(), score: new CopyElements(),
    biasStart: new CopyElements(), featurePosition: new CopyElements(),
  }
  /** Columns of the statement. */
  readonly columns = 1 + Object.keys(this.#fields).length
  /** The kind of the last component, which most share. */
  #lastKind: { bytes: Uint8Array; kind: number } = { bytes: new Uint8Array(0), kind: NONE }

  /** `most`: the number of rows in the plan. */
  constructor(most: number) {
    this.ordinals = new Int32Array(most)
    this.kinds = new Uint8Array(most)
    this.layers = new Int32Array(most).fill(NONE)
    this.indices = new Int32Array(most)
    this.scores = new Float64Array(most)
    this.biasStarts = new Int32Array(most).fill(NONE)
    this.featurePositions = new Int32Array(most).fill(NONE)
  }

  /** A row is the components of a result, each column an array. */
  add(row: CopyRow): void {
    const fields = this.#fields
    Object.values(fields).forEach((elements, field) => row.elements(field + 1, elements))
    const first = this.#count
    const count = fields.ordinal.count
    if (first + count > this.ordinals.length) throw new Error(`more contributions came than the ${this.ordinals.length} that were planned`)
    this.#count += count
    for (let k = 0; k < count; k++) {
      const place = first + k
      this.ordinals[place] = fields.ordinal.int(k)
      this.kinds[place] = this.#kindOf(fields.kind, k)
      this.indices[place] = fields.index.int(k)
      this.scores[place] = fields.score.float8(k) ?? 0
    }
    readInto(this.layers, first, fields.layer)
    readInto(this.biasStarts, first, fields.biasStart)
    readInto(this.featurePositions, first, fields.featurePosition)
    this.byResult.set(row.int(0), this.#inOrder(Int32Array.from({ length: count }, (_, k) => first + k)))
  }

  #inOrder(places: Int32Array): Int32Array {
    const { ordinals } = this
    for (let i = 1; i < places.length; i++)
      if (ordinals[places[i - 1]!]! > ordinals[places[i]!]!) return places.sort((a, b) => ordinals[a]! - ordinals[b]!)
    return places
  }

  /** The index of the element's kind in `componentKinds`. */
  #kindOf(kinds: CopyElements, element: number): number {
    if (!kinds.is(element, this.#lastKind.bytes))
      this.#lastKind = { bytes: kinds.bytes(element), kind: componentKinds.indexOf(kindSchema.parse(kinds.text(element))) }
    return this.#lastKind.kind
  }
}

function readInto(values: Int32Array, first: number, elements: CopyElements): void {
  for (let k = 0; k < elements.count; k++) values[first + k] = elements.int(k, NONE)
}

/** Texts of tokens: for each sequence, the code of the token at each position. */
export interface TokenTexts {
  texts: Dictionary
  codes: Map<number, Int32Array>
}

export interface Group {
  text: string | null
  positions: readonly number[]
}

export interface ContributionRows {
  items: readonly Item[]
  components: Components
  /** Kinds whose components have a rank. */
  ranked: ReadonlySet<string>
  tokens: TokenTexts
  /** By result. */
  groups: ReadonlyMap<number, readonly Group[]>
}

export async function fetchContributions(client: pg.ClientBase, part: Part, signal?: AbortSignal): Promise<ContributionRows> {
  const items = await fetchItems(client, part, signal)
  const components = new Components(part.rows)
  await eachCopied(client, { sql: withIds(componentsSql(items), part.ids), fields: components.columns }, (row) => components.add(row), signal)
  const { rows } = await client.query<{ kind: string }>('SELECT kind FROM unnest(enum_range(NULL::component_kind)) kind WHERE is_ranked(kind)')
  return {
    items, components,
    ranked: new Set(rows.map(({ kind }) => kind)),
    tokens: await fetchTokens(client, items, signal),
    groups: await fetchGroups(client, items, signal),
  }
}

const positionsSchema = z.array(z.int())
const kindSchema = z.enum(componentKinds)

const ITEM_SQL = `SELECT ${SHARED_SQL}, s.id, start_layer(r.partition, NULL, NULL, NULL, NULL, NULL), r.partition ->> 'layer' IS NOT DISTINCT FROM 'all',
    place.start, place.start + utf16_length(p.subject),
    CASE WHEN r.partition_kind = 'token' THEN coalesce(ps.spans, CASE WHEN p.text = s.text THEN (
      SELECT jsonb_agg(CASE WHEN t.start IS NOT NULL THEN jsonb_build_array(t.start, t."end") END ORDER BY t.index)
      FROM sequence_token t WHERE t.sequence_id = s.id) END)::text END
  FROM ${ITEMS}
  LEFT JOIN LATERAL (SELECT utf16_length(left(p.text, strpos(p.text, p.subject) - 1)) AS start
    WHERE p.subject <> '' AND strpos(p.text, p.subject) > 0) place ON true
  ORDER BY p.index`

async function fetchItems(client: pg.ClientBase, part: Part, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = []
  const text = (row: CopyRow, field: number) => row.text(field) ?? ''
  const take = (row: CopyRow) => {
    items.push({
      result: row.int(0), prompt: row.int(1), promptIndex: row.int(2), dataset: text(row, 3), target: row.text(4), minus: row.text(5),
      position: row.int(6), targetValue: row.float8(7) ?? 0, targetProbability: row.float8(8), partition: text(row, 9), mode: text(row, 10),
      rule: text(row, 11), temperature: row.float8(12), sequence: row.int(13), splitLayer: row.int(14, NONE), everyLayer: row.bool(15),
      subjectStart: row.int(16, NONE), subjectEnd: row.int(17, NONE), spans: readSpans(row.text(18)),
    })
  }
  await eachCopied(client, { sql: withIds(ITEM_SQL, part.ids), fields: 19 }, take, signal)
  return items
}

/**
 * Gathered result by result: there are a row's costs for each result, not for each component, and the plan of PostgreSQL stays
 * the one that looks up a result's rows, however many others there are. If no result needs a function, the statement does not
 * mention it.
 */
function componentsSql(items: readonly Item[]): string {
  const biasStarts = items.some(({ everyLayer }) => everyLayer) ?
    'array_agg(CASE WHEN r.every_layer AND c.layer IS NULL THEN start_layer(r.partition, c.kind, c.layer, c.ordinal, r.heads, r.neurons) END)'
  : 'NULL::int[]'
  const featurePositions = items.some(({ partition }) => partition === 'feature') ?
    `array_agg(CASE WHEN r.partition_kind = 'feature' THEN component_position(r.partition_kind, c.kind, c.ordinal, c.component_index, r.feature_starts) END)`
  : 'NULL::int[]'
  return `WITH r AS MATERIALIZED (
      SELECT r.id, r.model_id, r.partition_kind, r.partition, r.feature_starts, m.heads, m.neurons,
        r.partition ->> 'layer' IS NOT DISTINCT FROM 'all' AS every_layer
      FROM (SELECT DISTINCT unnest(ARRAY[$results]::bigint[]) AS result_id) a
      JOIN result r ON r.id = a.result_id JOIN model m ON m.id = r.model_id)
    SELECT r.id, gathered.* FROM r CROSS JOIN LATERAL (
      SELECT array_agg(c.ordinal), array_agg(c.kind), array_agg(c.layer), array_agg(c.component_index), array_agg(c.score),
        ${biasStarts}, ${featurePositions}
      FROM contribution c WHERE c.result_id = r.id AND c.model_id = r.model_id) gathered`
}

const NO_SPANS = new Int32Array(0)
/** What stands between the numbers of a list of spans. */
const BETWEEN = '[], '

/** Reads the spans of a prompt from JSON. A parser, with an object for each, took longer than all else that is done with a token. */
function readSpans(json: string | null): Int32Array {
  if (json === null) return NO_SPANS
  const ends: number[] = []
  let number = NONE
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (code >= 0x30 && code <= 0x39) {
      number = (number === NONE ? 0 : 10 * number) + code - 0x30
      continue
    }
    if (number !== NONE) ends.push(number)
    number = NONE
    if (code === 0x6e && json.startsWith('null', i)) {
      ends.push(NONE, NONE)
      i += 3
    } else if (!BETWEEN.includes(json[i]!)) throw new Error(`${json} came in the place of spans`)
  }
  if (ends.length % 2 === 1) throw new Error(`${json} came in the place of spans`)
  return Int32Array.from(ends)
}

const distinct = (ids: readonly number[]): string[] => [...new Set(ids)].map(String)

/** A sequence's tokens in one row, which takes half as long as a row for each. */
const TOKENS = `SELECT sequence_id, array_agg(token_id ORDER BY index), array_agg(text ORDER BY index) FROM sequence_token
  WHERE sequence_id = ANY(ARRAY[$sequences]::int[]) GROUP BY sequence_id`

async function fetchTokens(client: pg.ClientBase, items: readonly Item[], signal?: AbortSignal): Promise<TokenTexts> {
  const texts = new Dictionary()
  const codes = new Map<number, Int32Array>()
  const sequences = distinct(items.filter(({ partition }) => partition === 'token').map(({ sequence }) => sequence))
  if (sequences.length === 0) return { texts, codes }
  const sql = withIds(TOKENS, { sequences })
  // A token id nearly always has the same text.
  const byId = new Map<number, { bytes: Uint8Array; code: number }>()
  const [ids, words] = [new CopyElements(), new CopyElements()]
  const codeOf = (index: number) => {
    const id = ids.int(index)
    const known = byId.get(id)
    if (known !== undefined && words.is(index, known.bytes)) return known.code
    const code = texts.codeOf(words.text(index))
    byId.set(id, { bytes: words.bytes(index), code })
    return code
  }
  const take = (row: CopyRow) => {
    row.elements(1, ids)
    row.elements(2, words)
    const of = new Int32Array(ids.count)
    for (let index = 0; index < of.length; index++) of[index] = codeOf(index)
    codes.set(row.int(0), of)
  }
  await eachCopied(client, { sql, fields: 3 }, take, signal)
  return { texts, codes }
}

const GROUPS = `SELECT r.id, g.number - 1, (SELECT string_agg(t.text, '' ORDER BY t.index) FROM sequence_token t
    WHERE t.sequence_id = r.sequence_id AND g.positions @> to_jsonb(t.index)), g.positions::text
  FROM result r CROSS JOIN LATERAL jsonb_array_elements(r.partition -> 'groups') WITH ORDINALITY AS g (positions, number)
  WHERE r.id = ANY(ARRAY[$results]::bigint[])`

async function fetchGroups(client: pg.ClientBase, items: readonly Item[], signal?: AbortSignal): Promise<Map<number, Group[]>> {
  const groups = new Map<number, Group[]>()
  const results = distinct(items.filter(({ partition }) => partition === 'group').map(({ result }) => result))
  if (results.length === 0) return groups
  const take = (row: CopyRow) => {
    const result = row.int(0)
    const of = groups.get(result) ?? []
    groups.set(result, of)
    of[row.int(1)] = { text: row.text(2), positions: positionsSchema.parse(JSON.parse(row.text(3) ?? '[]')) }
  }
  await eachCopied(client, { sql: withIds(GROUPS, { results }), fields: 4 }, take, signal)
  return groups
}
