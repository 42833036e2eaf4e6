/**
 * Rows in Postgres' binary COPY format (docs: COPY, "Binary Format"), written straight into one growing buffer:
 * no strings, no escaping, and the server parses nothing.
 */
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import type { ClientBase } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const TRAILER = Buffer.from([0xff, 0xff])
const INITIAL_BYTES = 64 * 1024
/** Type numbers (OIDs) of array elements; they are the same in every Postgres. */
const INT4_OID = 23
const TEXT_OID = 25
const FLOAT4_OID = 700
/** How many bytes are passed to the socket at once. */
const CHUNK_BYTES = 1024 * 1024

export class BinaryRows {
  rowCount = 0
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  #length: number

  constructor() {
    this.#length = HEADER.copy(this.#buffer)
  }

  /** Bytes written so far. */
  get byteLength(): number {
    return this.#length
  }

  /** Begins a row; exactly `columns` values must follow. */
  row(columns: number): this {
    this.rowCount++
    this.#length = this.#room(2).writeInt16BE(columns, this.#length)
    return this
  }

  null(): this {
    this.#length = this.#room(4).writeInt32BE(-1, this.#length)
    return this
  }

  int2(value: number): this {
    const buffer = this.#value(2)
    this.#length = buffer.writeInt16BE(value, this.#length)
    return this
  }

  int4(value: number): this {
    const buffer = this.#value(4)
    this.#length = buffer.writeInt32BE(value, this.#length)
    return this
  }

  int8(value: bigint): this {
    const buffer = this.#value(8)
    this.#length = buffer.writeBigInt64BE(value, this.#length)
    return this
  }

  float4(value: number): this {
    const buffer = this.#value(4)
    this.#length = buffer.writeFloatBE(value, this.#length)
    return this
  }

  float8(value: number): this {
    const buffer = this.#value(8)
    this.#length = buffer.writeDoubleBE(value, this.#length)
    return this
  }

  /** Also for enums: their binary form is their name. */
  text(value: string): this {
    const bytes = Buffer.byteLength(value)
    const buffer = this.#value(bytes)
    this.#length += buffer.write(value, this.#length)
    return this
  }

  textOrNull(value: string | null | undefined): this {
    return value == null ? this.null() : this.text(value)
  }

  int2OrNull(value: number | null | undefined): this {
    return value == null ? this.null() : this.int2(value)
  }

  int4OrNull(value: number | null | undefined): this {
    return value == null ? this.null() : this.int4(value)
  }

  float8OrNull(value: number | null | undefined): this {
    return value == null ? this.null() : this.float8(value)
  }

  bytea(value: Uint8Array): this {
    const buffer = this.#value(value.length)
    buffer.set(value, this.#length)
    this.#length += value.length
    return this
  }

  /** A one-dimensional array without nulls. */
  int4Array(values: ArrayLike<number>): this {
    this.#arrayHead(values.length, INT4_OID, 8 * values.length)
    for (let i = 0; i < values.length; i++) this.int4(values[i]!)
    return this
  }

  float4Array(values: ArrayLike<number>): this {
    this.#arrayHead(values.length, FLOAT4_OID, 8 * values.length)
    for (let i = 0; i < values.length; i++) this.float4(values[i]!)
    return this
  }

  textArray(values: readonly string[]): this {
    this.#arrayHead(values.length, TEXT_OID, values.reduce((sum, value) => sum + 4 + Buffer.byteLength(value), 0))
    for (const value of values) this.text(value)
    return this
  }

  /** A JSON value: a version byte, then its text. */
  jsonb(json: string): this {
    return this.text(`\u0001${json}`)
  }

  /** Streams the rows into `COPY target FROM STDIN`, within the client's open transaction. */
  async send(client: ClientBase, target: string): Promise<void> {
    const length = TRAILER.copy(this.#room(TRAILER.length), this.#length) + this.#length
    const bytes = this.#buffer.subarray(0, length)
    const chunks = function* () {
      for (let at = 0; at < length; at += CHUNK_BYTES) yield bytes.subarray(at, Math.min(at + CHUNK_BYTES, length))
    }
    // objectMode off: each write passes one chunk, with the socket's back pressure.
    await pipeline(
      Readable.from(chunks(), { objectMode: false }),
      client.query(copyFrom(`COPY ${target} FROM STDIN WITH (FORMAT binary)`)),
    )
  }

  /** Dimensions, a flag for nulls, the elements' type; then the extent and the first index of the one dimension. */
  #arrayHead(length: number, elementOid: number, elementBytes: number): void {
    const dimensions = length === 0 ? 0 : 1
    const head = 12 + 8 * dimensions
    const buffer = this.#room(4 + head + elementBytes)
    let at = buffer.writeInt32BE(head + elementBytes, this.#length)
    at = buffer.writeInt32BE(dimensions, at)
    at = buffer.writeInt32BE(0, at)
    at = buffer.writeInt32BE(elementOid, at)
    if (dimensions === 1) {
      at = buffer.writeInt32BE(length, at)
      at = buffer.writeInt32BE(1, at)
    }
    this.#length = at
  }

  /** Makes room for a value and writes its length prefix. */
  #value(bytes: number): Buffer {
    const buffer = this.#room(4 + bytes)
    this.#length = buffer.writeInt32BE(bytes, this.#length)
    return buffer
  }

  #room(bytes: number): Buffer {
    if (this.#length + bytes > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    return this.#buffer
  }
}
