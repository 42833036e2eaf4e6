/**
 * The data from which contributions are made, fetched from Postgres: items (a prompt and its result), components of
 * results, and the texts that name them, each once. SQL functions called for every row take half of PostgreSQL's
 * time, so they are only called if their answer is not obvious.
 */
import type pg from 'pg'
import { z } from 'zod'
import { componentKinds } from '../../depass/partition/component.ts'
import { Dictionary, NO_CODE } from '../columns.ts'
import { type CopyRow, eachCopied } from '../copy-rows.ts'
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
  /** The span of each token in the prompt's text. */
  spans: readonly (readonly [number, number] | null)[]
}

/** Components of all results, in the order in which they were read. All of these arrays have the same index. */
export class Components {
  /** Numbers of results, in the order in which results were first read. */
  readonly resultOf: Uint32Array
  readonly ordinals: Int32Array
  /** Indices in `componentKinds`. */
  readonly kinds: Uint8Array
  readonly layers: Int32Array
  readonly indices: Int32Array
  readonly scores: Float64Array
  readonly biasStarts: Int32Array
  readonly featurePositions: Int32Array
  #count = 0
  readonly #numbers = new Map<number, number>()
  #last = { result: NONE, number: NONE }
  /** The kind of the last row, which most rows share. */
  #lastKind: { bytes: Uint8Array; kind: number } = { bytes: new Uint8Array(0), kind: NONE }

  /** `most`: the number of rows in the plan. */
  constructor(most: number) {
    this.resultOf = new Uint32Array(most)
    this.ordinals = new Int32Array(most)
    this.kinds = new Uint8Array(most)
    this.layers = new Int32Array(most)
    this.indices = new Int32Array(most)
    this.scores = new Float64Array(most)
    this.biasStarts = new Int32Array(most)
    this.featurePositions = new Int32Array(most)
  }

  add(row: CopyRow): void {
    const place = this.#count++
    if (place === this.resultOf.length) throw new Error(`more contributions came than the ${place} that were planned`)
    const result = row.int(0)
    if (result !== this.#last.result) this.#last = { result, number: this.#numberOf(result) }
    this.resultOf[place] = this.#last.number
    this.ordinals[place] = row.int(1)
    this.kinds[place] = this.#kindOf(row, 2)
    this.layers[place] = row.int(3, NONE)
    this.indices[place] = row.int(4)
    this.scores[place] = row.float8(5) ?? 0
    this.biasStarts[place] = row.int(6, NONE)
    this.featurePositions[place] = row.int(7, NONE)
  }

  /** For each result, the indices of its components, in the order of ordinals. */
  byResult(): Map<number, Int32Array> {
    const starts = new Int32Array(this.#numbers.size + 1)
    for (let place = 0; place < this.#count; place++) starts[this.resultOf[place]! + 1]! += 1
    for (let number = 0; number < this.#numbers.size; number++) starts[number + 1]! += starts[number]!
    const places = new Int32Array(this.#count)
    const filled = starts.slice()
    for (let place = 0; place < this.#count; place++) places[filled[this.resultOf[place]!]!++] = place
    return new Map([...this.#numbers].map(([result, number]) => [result, this.#inOrder(places.subarray(starts[number], starts[number + 1]))]))
  }

  #inOrder(places: Int32Array): Int32Array {
    const { ordinals } = this
    for (let i = 1; i < places.length; i++)
      if (ordinals[places[i - 1]!]! > ordinals[places[i]!]!) return places.sort((a, b) => ordinals[a]! - ordinals[b]!)
    return places
  }

  /** The index of the field's kind in `componentKinds`. */
  #kindOf(row: CopyRow, field: number): number {
    if (!row.is(field, this.#lastKind.bytes))
      this.#lastKind = { bytes: row.bytes(field), kind: componentKinds.indexOf(kindSchema.parse(row.text(field))) }
    return this.#lastKind.kind
  }

  #numberOf(result: number): number {
    let number = this.#numbers.get(result)
    if (number === undefined) this.#numbers.set(result, (number = this.#numbers.size))
    return number
  }
}

/** Texts of tokens: for each sequence, the code of the token at each position. */
export interface TokenTexts {
  texts: Dictionary
  codes: Map<number, number[]>
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
  await eachCopied(client, { sql: withIds(componentsSql(items), part.ids), fields: 8 }, (row) => components.add(row), signal)
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
    const spans = row.text(18)
    items.push({
      result: row.int(0), prompt: row.int(1), promptIndex: row.int(2), dataset: text(row, 3), target: row.text(4), minus: row.text(5),
      position: row.int(6), targetValue: row.float8(7) ?? 0, targetProbability: row.float8(8), partition: text(row, 9), mode: text(row, 10),
      rule: text(row, 11), temperature: row.float8(12), sequence: row.int(13), splitLayer: row.int(14, NONE), everyLayer: row.bool(15),
      subjectStart: row.int(16, NONE), subjectEnd: row.int(17, NONE), spans: spans === null ? [] : readSpans(spans),
    })
  }
  await eachCopied(client, { sql: withIds(ITEM_SQL, part.ids), fields: 19 }, take, signal)
  return items
}

/** If no result needs a function, the statement does not mention it. */
function componentsSql(items: readonly Item[]): string {
  const biasStart = items.some(({ everyLayer }) => everyLayer) ?
    'CASE WHEN r.every_layer AND c.layer IS NULL THEN start_layer(r.partition, c.kind, c.layer, c.ordinal, r.heads, r.neurons) END'
  : 'NULL::int'
  const featurePosition = items.some(({ partition }) => partition === 'feature') ?
    `CASE WHEN r.partition_kind = 'feature' THEN component_position(r.partition_kind, c.kind, c.ordinal, c.component_index, r.feature_starts) END`
  : 'NULL::int'
  return `WITH r AS MATERIALIZED (
      SELECT r.id, r.model_id, r.partition_kind, r.partition, r.feature_starts, m.heads, m.neurons,
        r.partition ->> 'layer' IS NOT DISTINCT FROM 'all' AS every_layer
      FROM (SELECT DISTINCT unnest(ARRAY[$results]::bigint[]) AS result_id) a
      JOIN result r ON r.id = a.result_id JOIN model m ON m.id = r.model_id)
    SELECT c.result_id, c.ordinal, c.kind, c.layer, c.component_index, c.score, ${biasStart}, ${featurePosition}
    FROM r JOIN contribution c ON c.result_id = r.id AND c.model_id = r.model_id`
}

/** Reads the spans of a prompt. A schema would take longer than everything else that is done with them. */
function readSpans(json: string): Item['spans'] {
  const read: unknown = JSON.parse(json)
  if (!Array.isArray(read)) throw new Error(`${json} came in the place of spans`)
  return read.map((span: unknown): [number, number] | null => {
    if (span === null) return null
    const [start, end]: unknown[] = Array.isArray(span) ? span : []
    if (typeof start !== 'number' || typeof end !== 'number') throw new Error(`${json} came in the place of spans`)
    return [start, end]
  })
}

const distinct = (ids: readonly number[]): string[] => [...new Set(ids)].map(String)

async function fetchTokens(client: pg.ClientBase, items: readonly Item[], signal?: AbortSignal): Promise<TokenTexts> {
  const texts = new Dictionary()
  const codes = new Map<number, number[]>()
  const sequences = distinct(items.filter(({ partition }) => partition === 'token').map(({ sequence }) => sequence))
  if (sequences.length === 0) return { texts, codes }
  const sql = withIds('SELECT sequence_id, index, token_id, text FROM sequence_token WHERE sequence_id = ANY(ARRAY[$sequences]::int[])', { sequences })
  // A token id nearly always has the same text.
  const byId = new Map<number, { bytes: Uint8Array; code: number }>()
  const codeOf = (row: CopyRow) => {
    const id = row.int(2)
    const known = byId.get(id)
    if (known !== undefined && row.is(3, known.bytes)) return known.code
    const code = texts.codeOf(row.text(3))
    byId.set(id, { bytes: row.bytes(3), code })
    return code
  }
  let [last, of] = [NONE, [] as number[]]
  const take = (row: CopyRow) => {
    const sequence = row.int(0)
    if (sequence !== last) {
      last = sequence
      of = codes.get(sequence) ?? []
      codes.set(sequence, of)
    }
    const position = row.int(1)
    while (of.length <= position) of.push(NO_CODE)
    of[position] = codeOf(row)
  }
  await eachCopied(client, { sql, fields: 4 }, take, signal)
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
