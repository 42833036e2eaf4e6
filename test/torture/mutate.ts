/** Files as hostile or broken hands leave them: a good one, changed by chance in one of many ways, the same for a seed. */
import type { Random } from '../random.ts'

const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)]!

/** Values that a reader did not expect where it finds them. */
const STRANGE: readonly string[] = [
  'null', 'true', '-1', '0', '1e308', '-1e-320', '9007199254740993', '99999999999999999999', '0.1', '""', '"\\u0000"',
  '"\\ud800"', '"__proto__"', `"${'x'.repeat(20_000)}"`, '[]', '{}', '[[]]', '[-1]', '{"__proto__":{"a":1}}',
  '{"constructor":1}', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
  `[${'0,'.repeat(50_000)}0]`, '"(a|a)*$"', '"[[:alpha:]"', '"(?<=x"',
]

/** JSON in which one value, or one name, is another. */
export function mutateJson(text: string, random: Random): string {
  if (random.uniform() < 0.15) return mutateText(text, random)
  const marks: { path: (string | number)[] }[] = []
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (marks.length > 20_000 || path.length > 30) return
    marks.push({ path })
    if (Array.isArray(value)) value.slice(0, 50).forEach((each, i) => walk(each, [...path, i]))
    else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value).slice(0, 50)) walk(each, [...path, name])
    }
  }
  const document: unknown = JSON.parse(text)
  walk(document, [])
  const { path } = pick(random, marks)
  const name = path.at(-1)
  if (name === undefined) return pick(random, STRANGE)
  let at = document
  for (const key of path.slice(0, -1)) at = Reflect.get(Object(at), key)
  const holder = Object(at) as Record<string | number, unknown>
  const roll = random.uniform()
  if (roll < 0.2) delete holder[name]
  else if (roll < 0.3) holder[`${String(name)}_`] = holder[name]
  else holder[name] = PLACE
  return JSON.stringify(document).replace(JSON.stringify(PLACE), () => pick(random, STRANGE))
}

const PLACE = '\uE000 here \uE000'

export const mutateText = (text: string, random: Random): string => mutateBytes(Buffer.from(text), random).toString('latin1')

/** Bytes that were cut, flipped, moved, doubled or overwritten. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  const at = random.integer(Math.max(1, bytes.length))
  const length = random.integer(Math.max(1, Math.min(2000, bytes.length)))
  const noise = Buffer.from(Array.from({ length: Math.min(length, 300) }, () => random.integer(256)))
  const changed = Buffer.from(bytes)
  switch (random.integer(9)) {
    case 0: return changed.subarray(0, at)
    case 1: return changed.subarray(at)
    case 2: return Buffer.concat([changed.subarray(0, at), noise, changed.subarray(at)])
    case 3: return Buffer.concat([changed.subarray(0, at), changed.subarray(at + length)])
    case 4: return Buffer.concat([changed, changed])
    case 5: return Buffer.alloc(random.integer(4))
    case 6: noise.copy(changed, at); return changed
    // The head says what the rest is.
    case 7: noise.copy(changed, random.integer(Math.min(64, changed.length + 1))); return changed
    default:
      for (let i = 0; i < 8 && changed.length > 0; i++) {
        const place = random.integer(changed.length)
        changed[place] = (changed[place] ?? 0) ^ (1 << random.integer(8))
      }
      return changed
  }
}
