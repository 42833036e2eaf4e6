/**
 * Numbers exactly as written. JavaScript reads every number as a double: 1533947986218845197 silently becomes …200. A
 * number that JavaScript would print as another one is kept as its text instead (`LosslessNumber`).
 */
import { isLosslessNumber, LosslessNumber } from 'lossless-json'

export { isLosslessNumber, LosslessNumber }

/**
 * Sixteen digits in a row (possibly with a point among them) or an exponent of three: a double changes nothing shorter.
 */
export const MAY_CHANGE = /[\d.]{16}|[eE][+-]?\d{3}/

/** Fifteen significant digits always survive in a double, and no exponent of two digits exceeds its range. */
const ALWAYS_SURVIVES = /^-?(?:\d{1,15}|\d{1,7}\.\d{1,8})$/

/** Whether JavaScript reads `text` (a JSON number) and prints the same number. */
export function survives(text: string): boolean {
  if (ALWAYS_SURVIVES.test(text)) return true
  const number = Number(text)
  return Number.isFinite(number) && decimalOf(text) === decimalOf(String(number))
}

const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/**
 * One spelling for all spellings of a number: `-1.50e3`, `-1500` → `-15e2`. Zero has no sign. An exponent beyond the
 * range of doubles stays wrong, but never equals one within their range.
 */
function decimalOf(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = PARTS.exec(text) ?? []
  const digits = whole + fraction
  const first = firstNonZero(digits)
  if (first === digits.length) return '0'
  const last = lastNonZero(digits)
  return `${sign}${digits.slice(first, last + 1)}e${Number(exponent) - fraction.length + digits.length - 1 - last}`
}

function firstNonZero(digits: string): number {
  let at = 0
  while (at < digits.length && digits[at] === '0') at++
  return at
}

function lastNonZero(digits: string): number {
  let at = digits.length - 1
  while (at > 0 && digits[at] === '0') at--
  return at
}

/**
 * PostgreSQL's numeric holds 131,072 digits before the point and 16,383 after it; real data needs not a hundredth of
 * this.
 */
const MOST_DIGITS = 1000

/** How many digits the number has if it is written out without an exponent. */
function writtenDigits(text: string): number {
  const [, , whole = '', fraction = '', exponent = '0'] = PARTS.exec(text) ?? []
  return whole.length + fraction.length + Math.abs(Number(exponent))
}

/** Why PostgreSQL would not store the number exactly as written; null if it does. */
export function whyUnstorableNumber({ value }: LosslessNumber): string | null {
  if (writtenDigits(value) <= MOST_DIGITS) return null
  const shown = value.length > 20 ? `${value.slice(0, 20)}…` : value
  return `holds the number ${shown}, which has more than ${MOST_DIGITS} digits when it is written out`
}
