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
/** What is handed to the socket at once. */
const CHUNK_BYTES = 1024 * 1024

export class BinaryRows {
  rowCount = 0
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  #length: number

  constructor() {
    this.#length = HEADER.copy(this.#buffer)
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

  float8(value: number): this {
    const buffer = this.#value(8)
    this.#length = buffer.writeDoubleBE(value, this.#length)
    return this
  }

  /** Also for enums, whose binary form is their name. */
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

  /** A version byte, then the text. */
  jsonb(value: unknown): this {
    return this.text(`\u0001${JSON.stringify(value)}`)
  }

  /** Streams the rows into `COPY target FROM STDIN`; inside the transaction that the client has open. */
  async send(client: ClientBase, target: string): Promise<void> {
    const length = TRAILER.copy(this.#room(TRAILER.length), this.#length) + this.#length
    const bytes = this.#buffer.subarray(0, length)
    const chunks = function* () {
      for (let at = 0; at < length; at += CHUNK_BYTES) yield bytes.subarray(at, Math.min(at + CHUNK_BYTES, length))
    }
    // objectMode off: a chunk per write, with the socket's back pressure.
    await pipeline(
      Readable.from(chunks(), { objectMode: false }),
      client.query(copyFrom(`COPY ${target} FROM STDIN WITH (FORMAT binary)`)),
    )
  }

  /** Room for a value and its length prefix, which is written. */
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
