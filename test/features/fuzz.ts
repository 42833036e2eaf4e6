/**
 * Damage to files, the same for the same seed: what reads untrusted files has to end with a sentence for the user or
 * with a result, whatever is in them.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { isUserError } from '../../src/errors.ts'
import { Random } from '../random.ts'

type Damage = (bytes: Buffer, random: Random) => Buffer

/** Bytes at one place replaced by `insert`. */
const splice = (bytes: Buffer, at: number, remove: number, insert: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)])

/** Most structure lies at the beginning (headers) and the end (a zip's directory): damage goes there twice as often. */
function place(bytes: Buffer, random: Random): number {
  const near = Math.min(400, bytes.length)
  const kind = random.integer(4)
  if (kind === 0) return random.integer(Math.max(1, near))
  if (kind === 1) return Math.max(0, bytes.length - 1 - random.integer(Math.max(1, near)))
  return random.integer(Math.max(1, bytes.length))
}

const kinds: readonly Damage[] = [
  // Cut short.
  (bytes, random) => bytes.subarray(0, random.integer(bytes.length + 1)),
  // A bit turned.
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    if (changed.length > 0) changed[place(bytes, random)]! ^= 1 << random.integer(8)
    return changed
  },
  // A byte at a limit.
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    if (changed.length > 0) changed[place(bytes, random)] = [0, 0x7f, 0x80, 0xff][random.integer(4)]!
    return changed
  },
  // A number of four or eight bytes at a limit.
  (bytes, random) =>
    splice(
      bytes,
      place(bytes, random),
      random.integer(2) ? 8 : 4,
      Buffer.alloc(random.integer(2) ? 8 : 4, [0, 0xff][random.integer(2)]),
    ),
  // A part left out, doubled or moved.
  (bytes, random) => splice(bytes, place(bytes, random), random.integer(40), Buffer.alloc(0)),
  (bytes, random) => {
    const [from, at] = [place(bytes, random), place(bytes, random)]
    return splice(bytes, at, random.integer(2) * 8, bytes.subarray(from, from + random.integer(40)))
  },
  // Noise, or more at the end.
  (bytes, random) =>
    splice(
      bytes,
      place(bytes, random),
      0,
      Buffer.from(Array.from({ length: random.integer(20) }, () => random.integer(256))),
    ),
  (bytes, random) => Buffer.concat([bytes, Buffer.alloc(random.integer(64), random.integer(256))]),
]

/** The bytes with one to three kinds of damage. */
export function damaged(bytes: Uint8Array, random: Random): Buffer {
  let changed = Buffer.from(bytes)
  for (let times = 1 + random.integer(3); times > 0; times--)
    changed = Buffer.from(kinds[random.integer(kinds.length)]!(changed, random))
  return changed
}

/** How often a damaged folder (or file) still opened, and how often it was refused. */
export interface FuzzOutcome {
  opened: number
  refused: number
}

/**
 * `rounds` times, one file of a copy of `source` is damaged and `open` called with the copy's path. Throws where `open`
 * throws anything but a UserError of one sentence, saying with which seed, round and file it can be seen again.
 */
export async function fuzz(
  source: string,
  rounds: number,
  seed: number,
  open: (path: string) => Promise<unknown>,
): Promise<FuzzOutcome> {
  const random = new Random(seed)
  const dir = mkdtempSync(join(tmpdir(), 'tributary-fuzz-'))
  const copy = join(dir, basename(source))
  const outcome: FuzzOutcome = { opened: 0, refused: 0 }
  try {
    cpSync(source, copy, { recursive: true })
    const files = filesIn(copy)
    for (let round = 0; round < rounds; round++) {
      const file = files[random.integer(files.length)]!
      const whole = readFileSync(file)
      writeFileSync(file, damaged(whole, random))
      const error: unknown = await open(copy).then(
        () => null,
        (thrown: unknown) => thrown ?? new Error('nothing was thrown'),
      )
      if (error === null) outcome.opened += 1
      else if (isSentence(error)) outcome.refused += 1
      else
        throw new Error(`seed ${seed}, round ${round}, ${relative(dir, file)}: expected a UserError of one sentence`, {
          cause: error,
        })
      writeFileSync(file, whole)
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
  return outcome
}

const isSentence = (error: unknown): boolean =>
  isUserError(error) && !error.message.includes('\n') && error.message.endsWith('.') && error.message.length < 2000

const filesIn = (path: string): string[] =>
  statSync(path).isFile()
    ? [path]
    : readdirSync(path, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
