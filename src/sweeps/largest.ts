/** Keeps the k largest of many numbers, each with its index; among equal numbers, the one with the smaller index. */
export class LargestNumbers {
  readonly #values: Float64Array
  readonly #indices: Uint32Array
  #count = 0

  constructor(k: number) {
    this.#values = new Float64Array(k)
    this.#indices = new Uint32Array(k)
  }

  clear(): void {
    this.#count = 0
  }

  /**
   * Whether the number would be kept. Numbers come in the order of their indices, so one that equals the smallest
   * kept is not.
   */
  wants(value: number): boolean {
    return this.#count < this.#values.length || value > this.#values[this.#count - 1]!
  }

  add(value: number, index: number): void {
    let at = Math.min(this.#count, this.#values.length - 1)
    while (at > 0 && value > this.#values[at - 1]!) {
      this.#values[at] = this.#values[at - 1]!
      this.#indices[at] = this.#indices[at - 1]!
      at -= 1
    }
    this.#values[at] = value
    this.#indices[at] = index
    this.#count = Math.min(this.#count + 1, this.#values.length)
  }

  /** Largest first. */
  list(): { index: number; value: number }[] {
    return Array.from({ length: this.#count }, (_, i) => ({ index: this.#indices[i]!, value: this.#values[i]! }))
  }
}
