/** What is typed after a flag → a value. Each refuses with a sentence that shows what would have been right. */
import { UserError } from '../src/errors.ts'

const bad = (flag: string, text: string, expected: string) =>
  new UserError('BAD_INPUT', `${flag} is ${JSON.stringify(text)}; expected ${expected}.`)

export function wholeNumber(flag: string, text: string, { least = -Infinity } = {}): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : NaN
  if (Number.isSafeInteger(value) && value >= least) return value
  throw bad(flag, text, least === -Infinity ? 'a whole number' : `a whole number of at least ${least}`)
}

export function decimal(flag: string, text: string, { least = -Infinity } = {}): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (Number.isFinite(value) && value >= least) return value
  throw bad(flag, text, least === -Infinity ? 'a number' : `a number of at least ${least}`)
}

export function yesOrNo(flag: string, text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw bad(flag, text, 'true or false')
}

export function layerOrAll(flag: string, text: string): number | 'all' {
  if (text === 'all') return text
  if (/^\d+$/.test(text)) return Number(text)
  throw bad(flag, text, 'a layer number or all')
}

/** `1,2,3`; brackets and blanks, as other programs print lists, are fine. */
export function idList(flag: string, text: string): number[] {
  const items = listItems(text)
  if (items.some((item) => !/^-?\d+$/.test(item))) throw bad(flag, shorten(text), 'whole numbers with commas between them, such as 1,403,407')
  return items.map(Number)
}

/** More than any layer has; keeps a slip such as 1-9999999999 from filling the memory. */
const LARGEST_RANGE = 1_000_000

/** `1,2,5-9`: numbers and ranges with both ends included. */
export function rangeList(flag: string, text: string): number[] {
  return listItems(text).flatMap((item) => {
    const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(item) ?? []
    const length = Number(to) - Number(from) + 1
    if (from === '' || length < 1 || length > LARGEST_RANGE)
      throw bad(flag, shorten(text), 'numbers and ranges with commas between them, such as 1,2,5-9')
    return Array.from({ length }, (_, i) => Number(from) + i)
  })
}

const listItems = (text: string): string[] => {
  const inner = text.trim().replace(/^\[(.*)\]$/s, '$1').trim()
  return inner === '' ? [] : inner.split(',').map((item) => item.trim())
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
