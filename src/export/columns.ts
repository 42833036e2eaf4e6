/** A table in memory, column by column. Files are written from it if nothing has to be joined or sorted any more. */
import type { Part } from './part.ts'

/** The code that stands for null. */
export const NO_CODE = -1

/** [rows]: 1 where a value is null; null if no value is. */
type Nulls = Uint8Array | null

export type ColumnData =
  /** Each text once, and for every row the index of its text, or NO_CODE. */
  | { type: 'text'; values: readonly string[]; codes: Int32Array }
  | { type: 'ints'; values: readonly (readonly number[])[]; codes: Int32Array }
  | { type: 'int32'; data: Int32Array; nulls: Nulls }
  | { type: 'int64'; data: BigInt64Array; nulls: null }
  | { type: 'float32'; data: Float32Array; nulls: Nulls }
  | { type: 'float64'; data: Float64Array; nulls: Nulls }
  | { type: 'bool'; data: Uint8Array; nulls: Nulls }

export type NamedData = ColumnData & { name: string }

export interface ColumnTable {
  rows: number
  columns: readonly NamedData[]
}

/** Collects values that occur often, each once. */
export class Dictionary {
  readonly values: string[] = []
  readonly #codes = new Map<string, number>()

  codeOf(value: string | null): number {
    if (value === null) return NO_CODE
    let code = this.#codes.get(value)
    if (code === undefined) {
      code = this.values.push(value) - 1
      this.#codes.set(value, code)
    }
    return code
  }
}

export const hasNulls = (nulls: Nulls): boolean => nulls !== null && nulls.includes(1)

/** Columns for the part of an export that the rows belong to; `partitionColumns` gives the same in SQL. */
export function partitionData({ model, folder }: Part, rows: number): NamedData[] {
  const constant = (name: string, value: string): NamedData => ({ name, type: 'text', values: [value], codes: new Int32Array(rows) })
  return [
    constant('model', model),
    ...(folder === null ? []
    : folder.column === 'run_id' ? [{ name: 'run_id', type: 'int32' as const, data: new Int32Array(rows).fill(Number(folder.value)), nulls: null }]
    : [constant(folder.column, folder.value)]),
  ]
}
