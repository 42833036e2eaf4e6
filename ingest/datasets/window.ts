/** A part of a file that moves along: places in it count from its first byte that is still kept. */
export class ByteWindow {
  bytes: Buffer = Buffer.alloc(0)
  /** How many bytes lie before the window. */
  forgotten = 0
  #chunks: AsyncIterator<Buffer>

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** Forgets the bytes before `keep` and reads on: what stood at `keep` stands at 0. False at the end of the file. */
  async more(keep: number): Promise<boolean> {
    const kept = this.bytes.subarray(keep)
    this.forgotten += keep
    const next = await this.#chunks.next()
    // Copied, never moved: what was handed out of the old window stays as it is.
    this.bytes = next.done ? kept : Buffer.concat([kept, next.value])
    return next.done !== true
  }

  /** To be called by whoever stops reading early; the file is closed. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}
