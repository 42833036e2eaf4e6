/** Converts arrays of numbers to one run of bytes and back, little-endian like the processors that engines run on. */

type Numbers = Float32Array | Float64Array | Uint32Array | Int32Array | Uint16Array

const FIRST_BYTES = 64 * 1024

export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES)
  #length = 0

  float32 = (values: Float32Array) => this.#write(values)
  float64 = (values: Float64Array) => this.#write(values)
  uint32 = (values: Uint32Array) => this.#write(values)
  int32 = (values: Int32Array) => this.#write(values)
  uint16 = (values: Uint16Array) => this.#write(values)

  /** The bytes written so far. The writer must not be used afterwards. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #write(values: Numbers): this {
    const source = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    if (this.#length + source.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + source.length))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(source, this.#length)
    this.#length += source.length
    return this
  }
}

/** Reads the bytes again. Throws RangeError if fewer are left than requested. */
export class Bytes {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  float32 = (count: number) => new Float32Array(this.#take(4 * count))
  float64 = (count: number) => new Float64Array(this.#take(8 * count))
  uint32 = (count: number) => new Uint32Array(this.#take(4 * count))
  int32 = (count: number) => new Int32Array(this.#take(4 * count))
  uint16 = (count: number) => new Uint16Array(this.#take(2 * count))

  /** Copies the bytes, because numbers must be aligned to their size. */
  #take(length: number): ArrayBuffer {
    if (length > this.left) throw new RangeError(`${length} bytes were asked for and ${this.left} are left`)
    const copy = new ArrayBuffer(length)
    new Uint8Array(copy).set(this.#bytes.subarray(this.#at, this.#at + length))
    this.#at += length
    return copy
  }
}
