/**
 * Selects the best examples for many groups at once. Each group keeps at most `capacity` examples: by strength (the
 * largest first; among equal ones, the smaller tie first), or by tie alone (the smallest first). The result does not
 * depend on the order in which examples come, nor on whether selections of parts are merged. The same token of the same
 * text is kept once.
 *
 * An empty group takes only one number of memory. The activations kept around an example are trimmed to the part that is
 * not 0.
 */
import { type Bytes, ByteWriter } from './bytes.ts'

/** A place where a feature fires. */
export interface Example {
  value: number
  tie: number
  /** Index of the prompt in its dataset, number of the piece in the prompt, position in the piece. */
  prompt: number
  piece: number
  position: number
  /** Position of the first number of `window`, minus `position`; activations outside of the window are 0. */
  from: number
  /** A view of the selection's own memory, valid until the next example is added. */
  window: Float32Array
}

const FIRST_BLOCKS = 64
const FIRST_ARENA = 1024
const NONE = -1

type Order = 'strength' | 'tie'

export class Selection {
  readonly capacity: number
  readonly order: Order
  /** Number of the block of a group; NONE while it is empty. */
  readonly #blockOf: Int32Array
  /**
   * For full groups: the strength, or the tie, of the worst example kept. Most examples are rejected by this number alone.
   */
  readonly #worst: Float64Array
  #blocks = 0
  #sizes = new Uint16Array(FIRST_BLOCKS)
  /** A block's examples, in the order in which they came. */
  #slots: Slots
  /**
   * [blocks, capacity]: slots of a block by rank, best first. An example in the middle moves only two bytes for each one
   * after it.
   */
  #ranking: Uint16Array
  #arena = new Float32Array(FIRST_ARENA)
  #arenaEnd = 0
  #arenaLive = 0

  constructor(groups: number, capacity: number, order: Order) {
    this.capacity = capacity
    this.order = order
    this.#blockOf = new Int32Array(groups).fill(NONE)
    this.#worst = new Float64Array(groups).fill(order === 'strength' ? 0 : Infinity)
    this.#slots = makeSlots(FIRST_BLOCKS * capacity)
    this.#ranking = new Uint16Array(FIRST_BLOCKS * capacity)
  }

  sizeOf(group: number): number {
    const block = this.#blockOf[group]!
    return block === NONE ? 0 : this.#sizes[block]!
  }

  /**
   * Whether an example would be kept. This is asked for every token that fires, so it only looks at the worst example
   * kept.
   */
  wants(group: number, strength: number, tie: number): boolean {
    if (this.order === 'strength' ? strength < this.#worst[group]! : tie > this.#worst[group]!) return false
    if (this.capacity === 0) return false
    const block = this.#blockOf[group]!
    if (block === NONE || this.#sizes[block]! < this.capacity) return true
    const last = this.#slotAt(block * this.capacity, this.capacity - 1)
    // The same token may come again, from an earlier prompt.
    return tie === this.#slots.ties[last] || this.#isBefore(strength, tie, last)
  }

  /** Adds an example; the first `length` numbers of `window` are copied. */
  add(group: number, example: Example, length = example.window.length): void {
    const { value, tie } = example
    const strength = Math.abs(value)
    if (!this.wants(group, strength, tie)) return
    const block = this.#blockFor(group)
    const base = block * this.capacity
    let size = this.#sizes[block]!
    let slot = this.#slotOf(base, size, tie)
    if (slot !== NONE) {
      // The same token of the same text in another prompt: only the earlier prompt is kept.
      if (!isEarlier(example, this.#slots, slot)) return
      const rank = this.#ranking.indexOf(slot - base, base)
      this.#ranking.copyWithin(rank, rank + 1, base + size)
      size -= 1
    } else if (size === this.capacity) {
      size -= 1
      slot = this.#slotAt(base, size)
    } else slot = base + size
    let rank = size
    for (; rank > 0 && this.#isBefore(strength, tie, this.#slotAt(base, rank - 1)); rank--)
      this.#ranking[base + rank] = this.#ranking[base + rank - 1]!
    this.#ranking[base + rank] = slot - base
    this.#arenaLive -= this.#slots.lengths[slot]!
    this.#sizes[block] = size + 1
    this.#write(slot, example, length)
    if (size + 1 < this.capacity) return
    const last = this.#slotAt(base, size)
    this.#worst[group] = this.order === 'strength' ? Math.abs(this.#slots.values[last]!) : this.#slots.ties[last]!
  }

  /** Best first. */
  *examples(group: number): Generator<Example> {
    const block = this.#blockOf[group]!
    if (block === NONE) return
    const base = block * this.capacity
    for (let rank = 0; rank < this.#sizes[block]!; rank++) yield this.#read(this.#slotAt(base, rank))
  }

  /** Adds the groups from … to − 1 of another selection to the groups of this one that start at `into`. */
  merge(other: Selection, from: number, to: number, into: number): void {
    for (let group = from; group < to; group++) {
      for (const example of other.examples(group)) this.add(into + group - from, example)
    }
  }

  /** Writes groups from … to − 1 in the form that `unpack` reads. */
  pack(from: number, to: number, writer: ByteWriter): void {
    const sizes = Uint16Array.from({ length: to - from }, (_, i) => this.sizeOf(from + i))
    const count = sizes.reduce((sum, size) => sum + size, 0)
    const slots = makeSlots(count)
    const windows: Float32Array[] = []
    let at = 0
    for (let group = from; group < to; group++) {
      for (const example of this.examples(group)) {
        writeSlot(slots, at++, example, 0)
        windows.push(example.window)
      }
    }
    writer.uint16(sizes)
    writer.float32(slots.values).float64(slots.ties).uint32(slots.prompts).uint32(slots.pieces).uint32(slots.positions)
    writer.int32(slots.froms).uint16(slots.lengths)
    for (const window of windows) writer.float32(window)
  }

  /** Reads `groups` groups into the empty groups from `into` on. */
  unpack(bytes: Bytes, groups: number, into: number): void {
    const sizes = bytes.uint16(groups)
    const count = sizes.reduce((sum, size) => sum + size, 0)
    const [values, ties] = [bytes.float32(count), bytes.float64(count)]
    const [prompts, pieces, positions] = [bytes.uint32(count), bytes.uint32(count), bytes.uint32(count)]
    const [froms, lengths] = [bytes.int32(count), bytes.uint16(count)]
    const windows = bytes.float32(lengths.reduce((sum, length) => sum + length, 0))
    let [at, start] = [0, 0]
    for (let group = 0; group < groups; group++) {
      for (let i = 0; i < sizes[group]!; i++, at++) {
        this.add(into + group, {
          value: values[at]!,
          tie: ties[at]!,
          prompt: prompts[at]!,
          piece: pieces[at]!,
          position: positions[at]!,
          from: froms[at]!,
          window: windows.subarray(start, (start += lengths[at]!)),
        })
      }
    }
  }

  /** Would an example of this strength and tie come before the one in `slot`? */
  #isBefore(strength: number, tie: number, slot: number): boolean {
    if (this.order === 'strength') {
      const other = Math.abs(this.#slots.values[slot]!)
      if (strength !== other) return strength > other
    }
    return tie < this.#slots.ties[slot]!
  }

  #blockFor(group: number): number {
    const known = this.#blockOf[group]!
    if (known !== NONE) return known
    const block = this.#blocks++
    this.#blockOf[group] = block
    if (block >= this.#sizes.length) {
      const blocks = 2 * this.#sizes.length
      this.#sizes = grown(this.#sizes, blocks)
      this.#slots = grownSlots(this.#slots, blocks * this.capacity)
      this.#ranking = grown(this.#ranking, blocks * this.capacity)
    }
    return block
  }

  #slotAt(base: number, rank: number): number {
    return base + this.#ranking[base + rank]!
  }

  /** The slot of the example with this tie; NONE if there is none. */
  #slotOf(base: number, size: number, tie: number): number {
    const { ties } = this.#slots
    for (let slot = base; slot < base + size; slot++) if (ties[slot] === tie) return slot
    return NONE
  }

  #read(slot: number): Example {
    const { values, ties, prompts, pieces, positions, froms, lengths, windows } = this.#slots
    const start = windows[slot]!
    return {
      value: values[slot]!,
      tie: ties[slot]!,
      prompt: prompts[slot]!,
      piece: pieces[slot]!,
      position: positions[slot]!,
      from: froms[slot]!,
      window: this.#arena.subarray(start, start + lengths[slot]!),
    }
  }

  #write(slot: number, example: Example, length: number): void {
    writeSlot(this.#slots, slot, example, 0)
    this.#slots.lengths[slot] = 0
    if (this.#arenaEnd + length > this.#arena.length) this.#makeRoom(length)
    this.#slots.windows[slot] = this.#arenaEnd
    this.#slots.lengths[slot] = length
    // A window has few numbers, so a view of them would take longer than copying them.
    for (let i = 0; i < length; i++) this.#arena[this.#arenaEnd + i] = example.window[i]!
    this.#arenaEnd += length
    this.#arenaLive += length
  }

  /** Removes the windows of examples that are no longer kept, and enlarges the arena if that is not enough. */
  #makeRoom(length: number): void {
    const arena = new Float32Array(Math.max(2 * (this.#arenaLive + length), FIRST_ARENA))
    let end = 0
    for (let block = 0; block < this.#blocks; block++) {
      for (let slot = block * this.capacity; slot < block * this.capacity + this.#sizes[block]!; slot++) {
        const start = this.#slots.windows[slot]!
        arena.set(this.#arena.subarray(start, start + this.#slots.lengths[slot]!), end)
        this.#slots.windows[slot] = end
        end += this.#slots.lengths[slot]!
      }
    }
    this.#arena = arena
    this.#arenaEnd = end
    this.#arenaLive = end
  }
}

interface Slots {
  values: Float32Array
  ties: Float64Array
  prompts: Uint32Array
  pieces: Uint32Array
  positions: Uint32Array
  froms: Int32Array
  lengths: Uint16Array
  /** Where the window begins in the arena. */
  windows: Uint32Array
}

const makeSlots = (count: number): Slots => ({
  values: new Float32Array(count),
  ties: new Float64Array(count),
  prompts: new Uint32Array(count),
  pieces: new Uint32Array(count),
  positions: new Uint32Array(count),
  froms: new Int32Array(count),
  lengths: new Uint16Array(count),
  windows: new Uint32Array(count),
})

function writeSlot(
  slots: Slots,
  slot: number,
  { value, tie, prompt, piece, position, from, window }: Example,
  windowAt: number,
): void {
  slots.values[slot] = value
  slots.ties[slot] = tie
  slots.prompts[slot] = prompt
  slots.pieces[slot] = piece
  slots.positions[slot] = position
  slots.froms[slot] = from
  slots.lengths[slot] = window.length
  slots.windows[slot] = windowAt
}

const grownSlots = (slots: Slots, count: number): Slots => ({
  values: grown(slots.values, count),
  ties: grown(slots.ties, count),
  prompts: grown(slots.prompts, count),
  pieces: grown(slots.pieces, count),
  positions: grown(slots.positions, count),
  froms: grown(slots.froms, count),
  lengths: grown(slots.lengths, count),
  windows: grown(slots.windows, count),
})

type Numbers = Float32Array | Float64Array | Uint32Array | Int32Array | Uint16Array

function grown<T extends Numbers>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(length)
  larger.set(array)
  return larger
}

const isEarlier = (example: Example, slots: Slots, slot: number): boolean =>
  example.prompt !== slots.prompts[slot] ? example.prompt < slots.prompts[slot]! : example.piece < slots.pieces[slot]!
