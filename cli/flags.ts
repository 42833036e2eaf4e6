/** Turns the text after a flag into a value. Each function refuses bad text with a sentence that shows a right one. */
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

/** A run's share of the workers, as the database takes it. */
export function weightOf(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (value >= 0.01 && value <= 100) return value
  throw bad('--weight', text, 'a number from 0.01 to 100, where 2 gets twice as much work done as 1')
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

/** `1,2,3`; brackets and blanks are accepted, since other programs print lists with them. */
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

/** `2.5,3.1`: numbers within layers. `what` names the second one in messages. */
export function layerList(flag: string, text: string, what: string): { layer: number; index: number }[] {
  return listItems(text).map((item) => {
    const [, layer, number] = /^(\d+)\.(\d+)$/.exec(item) ?? []
    if (layer === undefined || number === undefined)
      throw bad(flag, shorten(text), `layers and ${what} with points between them, such as 2.5,3.1`)
    return { layer: Number(layer), index: Number(number) }
  })
}

/** `2.mlp,3.attention` */
export function moduleList(flag: string, text: string): { layer: number; module: 'attention' | 'mlp' }[] {
  return listItems(text).map((item) => {
    const [, layer, name] = /^(\d+)\.(attention|mlp)$/.exec(item) ?? []
    if (layer === undefined || (name !== 'attention' && name !== 'mlp'))
      throw bad(flag, shorten(text), 'layers with attention or mlp behind a point, such as 2.mlp,3.attention')
    return { layer: Number(layer), module: name }
  })
}

/** `1,3,-2`: positions, from the end when negative, and ranges of those from the start. */
export function positionList(flag: string, text: string): number[] {
  return listItems(text).flatMap((item) => (/^-\d+$/.test(item) ? [Number(item)] : rangeList(flag, item)))
}

const listItems = (text: string): string[] => {
  const inner = text.trim().replace(/^\[(.*)\]$/s, '$1').trim()
  return inner === '' ? [] : inner.split(',').map((item) => item.trim())
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
