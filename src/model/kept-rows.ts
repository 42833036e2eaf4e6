/** Rows of embedding and unembedding that were read recently, because prompts share most of their tokens. */
import { LRUCache } from 'lru-cache'
import { readRowsAsFloat32 } from './safetensors-read.ts'
import type { TensorEntry } from './safetensors.ts'

/** Limit for one model; a row of a large model takes 16 kB. */
const MOST_BYTES = 32 * 2 ** 20

/** A cache of rows. Without it, reading rows took a tenth of a small model's pass. */
export class KeptRows {
  readonly #rows: LRUCache<string, Float32Array>

  constructor(mostBytes = MOST_BYTES) {
    const sizeCalculation = (row: Float32Array) => row.byteLength
    this.#rows = new LRUCache({ maxSize: mostBytes, sizeCalculation })
  }

  /** The named rows of a matrix [rows, width], one after another: [rows.length, width]. Rows may repeat. */
  async read(entry: TensorEntry, rows: readonly number[]): Promise<Float32Array> {
    const nameOf = (row: number) => `${entry.name} ${row}`
    const missing = [...new Set(rows.filter((row) => !this.#rows.has(nameOf(row))))]
    const width = entry.shape[1] ?? 0
    const read = missing.length === 0 ? new Float32Array(0) : await readRowsAsFloat32(entry, missing)
    const fresh = new Map(missing.map((row, at) => [row, read.slice(at * width, (at + 1) * width)]))
    const values = new Float32Array(rows.length * width)
    for (const [at, row] of rows.entries()) {
      const kept = fresh.get(row) ?? this.#rows.get(nameOf(row))
      // Another reader's rows may have evicted this one while we were reading.
      if (kept === undefined) return readRowsAsFloat32(entry, rows)
      values.set(kept, at * width)
    }
    for (const [row, value] of fresh) this.#rows.set(nameOf(row), value)
    return values
  }
}
