/** A window that moves along a file. Places in it count from the first byte that is still kept. */
export class ByteWindow {
  bytes: Buffer = Buffer.alloc(0)
  /** How many bytes lie before the window. */
  forgotten = 0
  #chunks: AsyncIterator<Buffer>

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** Forgets the bytes before `keep` and reads on, so the byte at `keep` is now at 0. False at the end of the file. */
  async more(keep: number): Promise<boolean> {
    const kept = this.bytes.subarray(keep)
    this.forgotten += keep
    const next = await this.#chunks.next()
    // Bytes are copied and never moved, so slices that were handed out of the old window stay as they are.
    this.bytes = next.done ? kept : Buffer.concat([kept, next.value])
    return next.done !== true
  }

  /** Closes the file. Call this when reading stops early. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}
