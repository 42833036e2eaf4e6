/**
 * Python pickles as data. A pickle is a program for a stack machine whose opcodes can call any function of any module,
 * so nothing in it is trusted. Lists say which opcodes are allowed, which names a pickle may refer to, and what
 * calling them means. Anything else ends the reading (https://docs.python.org/3/library/pickletools.html names the
 * opcodes). No library has such lists; those that read pickles at all offer to make objects of any class.
 */
import { UserError } from '../../errors.ts'
import { shown } from './documents.ts'

/** A name of a Python module that a pickle refers to. The caller decides what it means. */
export class PickleName {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** A tuple; lists are plain arrays. */
export class PickleTuple {
  readonly items: readonly unknown[]
  constructor(items: readonly unknown[]) {
    this.items = items
  }
}

export interface PickleRules {
  /** `module name` pairs, as `torch._utils _rebuild_tensor_v2`, that may be referred to. */
  allowed: ReadonlySet<string>
  /** The value of calling an allowed name. */
  call(name: string, args: readonly unknown[]): unknown
  /** The value that a persistent id stands for. */
  persistent(id: unknown): unknown
}

/** State dicts of SAEs take a few hundred opcodes; these limits admit a whole training checkpoint. */
const MAX_STEPS = 2_000_000
const MAX_STACK = 100_000
const MAX_MEMO = 200_000
const MAX_TEXT_BYTES = 1_000_000

const MARK = Symbol('mark')

/** Reads one pickle from `bytes` at `start`. Returns its value and where it ends. */
export function readPickle(
  path: string,
  bytes: Uint8Array,
  start: number,
  rules: PickleRules,
): { value: unknown; end: number } {
  const machine = new Machine(path, bytes, start, rules)
  const value = machine.run()
  return { value, end: machine.at }
}

class Machine {
  at: number
  private readonly path: string
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly rules: PickleRules
  private stack: unknown[] = []
  private readonly memo = new Map<number, unknown>()

  constructor(path: string, bytes: Uint8Array, start: number, rules: PickleRules) {
    this.path = path
    this.bytes = bytes
    this.at = start
    this.rules = rules
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  run(): unknown {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const code = this.byte()
      if (code === 0x2e) return this.pop()
      const step = opcodes[code]
      if (step === undefined) {
        throw this.broken(
          `its pickle uses the opcode 0x${code.toString(16).padStart(2, '0')}, which weights do not need`,
        )
      }
      step(this)
      if (this.stack.length > MAX_STACK) throw this.broken(`its pickle stacks more than ${MAX_STACK} values`)
    }
    throw this.broken(`its pickle has more than ${MAX_STEPS} steps`)
  }

  push(value: unknown): void {
    this.stack.push(value)
  }

  pop(): unknown {
    const value = this.stack.pop()
    if (value === undefined || value === MARK) throw this.broken('its pickle takes from an empty stack')
    return value
  }

  peek(): unknown {
    const value = this.pop()
    this.push(value)
    return value
  }

  mark(): void {
    this.stack.push(MARK)
  }

  /** Everything pushed since the last mark. */
  sinceMark(): unknown[] {
    const index = this.stack.lastIndexOf(MARK)
    if (index < 0) throw this.broken('its pickle lacks a mark')
    const items = this.stack.slice(index + 1)
    this.stack.length = index
    return items
  }

  remember(key: number): void {
    if (this.memo.size >= MAX_MEMO) throw this.broken(`its pickle remembers more than ${MAX_MEMO} values`)
    this.memo.set(key, this.peek())
  }

  rememberNext(): void {
    this.remember(this.memo.size)
  }

  recall(key: number): void {
    if (!this.memo.has(key)) throw this.broken(`its pickle recalls a value ${key} that it never kept`)
    this.push(this.memo.get(key))
  }

  name(module: string, name: string): void {
    const full = `${module} ${name}`
    if (!this.rules.allowed.has(full)) {
      throw new UserError(
        'BAD_FEATURES',
        `${this.path} asks for ${shown(`${module}.${name}`)}, which weights do not need; a pickle may run any ` +
          'program that its author wrote, so nothing of it was read. Convert it to safetensors where you trust it.',
      )
    }
    this.push(new PickleName(full))
  }

  reduce(): void {
    const args = this.pop()
    const callee = this.pop()
    if (!(callee instanceof PickleName) || !(args instanceof PickleTuple))
      throw this.broken('its pickle calls what is no function')
    this.push(this.rules.call(callee.name, args.items))
  }

  persistent(): void {
    this.push(this.rules.persistent(this.pop()))
  }

  /** Drops the state of an object that a call made: it is a state dict's metadata, which is not needed here. */
  build(): void {
    this.pop()
    if (!(this.peek() instanceof Map)) throw this.broken('its pickle sets the state of an object that it may not make')
  }

  append(items: readonly unknown[]): void {
    const list = this.peek()
    if (!Array.isArray(list)) throw this.broken('its pickle appends to what is no list')
    for (const item of items) list.push(item)
  }

  setItems(items: readonly unknown[]): void {
    const map = this.peek()
    if (!(map instanceof Map) || items.length % 2 !== 0) throw this.broken('its pickle sets items of what is no dict')
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1])
  }

  byte(): number {
    this.need(1)
    return this.bytes[this.at++]!
  }

  int16(): number {
    this.need(2)
    this.at += 2
    return this.view.getUint16(this.at - 2, true)
  }

  int32(): number {
    this.need(4)
    this.at += 4
    return this.view.getInt32(this.at - 4, true)
  }

  uint32(): number {
    return this.int32() >>> 0
  }

  double(): number {
    this.need(8)
    this.at += 8
    return this.view.getFloat64(this.at - 8, false)
  }

  /** A little-endian two's complement number of `length` bytes. */
  long(length: number): number {
    if (length > 16) throw this.broken(`its pickle holds a number of ${length} bytes`)
    this.need(length)
    let value = 0n
    for (let i = 0; i < length; i++) value |= BigInt(this.bytes[this.at + i]!) << BigInt(8 * i)
    this.at += length
    const signed = length === 0 ? 0n : BigInt.asIntN(8 * length, value)
    // Only PyTorch's magic number exceeds 2^53; it can still be recognised as a double.
    return Number(signed)
  }

  text(length: number): string {
    return new TextDecoder().decode(this.raw(length))
  }

  raw(length: number): Uint8Array {
    if (length > MAX_TEXT_BYTES) throw this.broken(`its pickle holds a text of ${length} bytes`)
    this.need(length)
    this.at += length
    return this.bytes.slice(this.at - length, this.at)
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at)
    if (end < 0) throw this.broken('its pickle ends within a name')
    const text = this.text(end - this.at)
    this.at = end + 1
    return text
  }

  need(length: number): void {
    if (this.at + length > this.bytes.length) throw this.broken('its pickle is cut short')
  }

  broken(what: string): UserError {
    return new UserError('BAD_FEATURES', `${this.path} is not a usable PyTorch file: ${what}; download it again.`)
  }
}

const tuple = (machine: Machine, count: number): void => {
  const items = Array.from({ length: count }, () => machine.pop()).reverse()
  machine.push(new PickleTuple(items))
}

/** What each allowed opcode does; the loop itself handles 0x2e (STOP). */
const opcodes: Readonly<Record<number, (machine: Machine) => void>> = {
  0x80: (m) => {
    const protocol = m.byte()
    if (protocol > 5) throw m.broken(`its pickle has the protocol ${protocol}; expected 2 to 5`)
  },
  0x95: (m) => {
    // FRAME: only a hint for readers
    m.need(8)
    m.at += 8
  },
  0x28: (m) => m.mark(), // MARK
  0x30: (m) => {
    // POP
    m.pop()
  },
  0x4e: (m) => m.push(null), // NONE
  0x88: (m) => m.push(true),
  0x89: (m) => m.push(false),
  0x4a: (m) => m.push(m.int32()), // BININT
  0x4b: (m) => m.push(m.byte()), // BININT1
  0x4d: (m) => m.push(m.int16()), // BININT2
  0x8a: (m) => m.push(m.long(m.byte())), // LONG1
  0x47: (m) => m.push(m.double()), // BINFLOAT
  0x58: (m) => m.push(m.text(m.uint32())), // BINUNICODE
  0x8c: (m) => m.push(m.text(m.byte())), // SHORT_BINUNICODE
  0x54: (m) => m.push(m.text(m.uint32())), // BINSTRING, of Python 2
  0x55: (m) => m.push(m.text(m.byte())), // SHORT_BINSTRING
  0x42: (m) => m.push(m.raw(m.uint32())), // BINBYTES
  0x43: (m) => m.push(m.raw(m.byte())), // SHORT_BINBYTES
  0x5d: (m) => m.push([]), // EMPTY_LIST
  0x7d: (m) => m.push(new Map()), // EMPTY_DICT
  0x29: (m) => m.push(new PickleTuple([])), // EMPTY_TUPLE
  0x74: (m) => m.push(new PickleTuple(m.sinceMark())), // TUPLE
  0x85: (m) => tuple(m, 1),
  0x86: (m) => tuple(m, 2),
  0x87: (m) => tuple(m, 3),
  0x6c: (m) => m.push(m.sinceMark()), // LIST
  0x64: (m) => {
    // DICT
    const items = m.sinceMark()
    m.push(new Map())
    m.setItems(items)
  },
  0x61: (m) => {
    // APPEND
    const item = m.pop()
    m.append([item])
  },
  0x65: (m) => m.append(m.sinceMark()), // APPENDS
  0x73: (m) => {
    // SETITEM
    const value = m.pop()
    const key = m.pop()
    m.setItems([key, value])
  },
  0x75: (m) => m.setItems(m.sinceMark()), // SETITEMS
  0x71: (m) => m.remember(m.byte()), // BINPUT
  0x72: (m) => m.remember(m.uint32()), // LONG_BINPUT
  0x94: (m) => m.rememberNext(), // MEMOIZE
  0x68: (m) => m.recall(m.byte()), // BINGET
  0x6a: (m) => m.recall(m.uint32()), // LONG_BINGET
  0x63: (m) => {
    // GLOBAL
    const module = m.line()
    m.name(module, m.line())
  },
  0x93: (m) => {
    // STACK_GLOBAL
    const name = m.pop()
    const module = m.pop()
    if (typeof name !== 'string' || typeof module !== 'string') throw m.broken('its pickle names a function by no text')
    m.name(module, name)
  },
  0x51: (m) => m.persistent(), // BINPERSID
  0x52: (m) => m.reduce(), // REDUCE
  0x62: (m) => m.build(), // BUILD
}
