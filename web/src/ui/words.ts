/** Numbers and texts for people; the same ways as on the command line. */

/** About four significant digits, without an exponent where one can do without. A terminal has a hyphen where this has a minus. */
export const score = (value: number): string => `${value < 0 ? '−' : ''}${digits(Math.abs(value))}`

function digits(magnitude: number): string {
  if (magnitude === 0) return '0'
  if (magnitude < 1e-4 || magnitude >= 1e6) return magnitude.toExponential(2)
  return magnitude.toFixed(magnitude < 1 ? 4 : magnitude < 100 ? 3 : 1)
}

/** With its sign always. */
export const signed = (value: number): string => `${value > 0 ? '+' : ''}${score(value)}`

/** Probabilities span many orders of magnitude: 71.2%, 0.0034%. */
export function percent(fraction: number): string {
  const value = fraction * 100
  if (value === 0) return '0%'
  return value >= 0.1 ? `${value.toFixed(1)}%` : `${value.toPrecision(2)}%`
}

/** A difference of shares: +12.0%. */
export const signedPercent = (fraction: number): string => `${fraction < 0 ? '−' : fraction > 0 ? '+' : ''}${percent(Math.abs(fraction))}`

export const error = (value: number): string => (value === 0 ? '0' : value.toExponential(1))

/** `950 ms`, `12.5 s`, `3 min 20 s` */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
}

/** Made when it is needed: the first takes a browser 20 ms to make. */
let ago: Intl.RelativeTimeFormat | undefined
const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000]] as const

export function timeAgo(iso: string, now = Date.now()): string {
  const passed = Date.parse(iso) - now
  for (const [unit, length] of UNITS) if (Math.abs(passed) >= length) return (ago ??= new Intl.RelativeTimeFormat('en', { numeric: 'auto' })).format(Math.round(passed / length), unit)
  return 'just now'
}

/** 1,234. The browser's own way (`toLocaleString`) takes 20 ms when it is used first. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',')

/** Every control character as its picture, so that none is lost or reorders what stands around it. */
export const visible = (text: string): string =>
  text
    .replace(/\r?\n/g, '⏎')
    // oxlint-disable-next-line no-control-regex
    .replace(/[\x00-\x1f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)))
    .replace(/[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�')

/** What stands for a part of a character, such as the last bytes of an emoji that is several tokens. */
const PART = '◌'

/** With the blanks at its ends to be seen: ` Paris` → `␣Paris`. */
export const withBlanks = (text: string): string => visible(text).replace(/^ +| +$/g, (blanks) => '␣'.repeat(blanks.length))

/** What a token is called where it stands among others; none is without a name. */
export const tokenName = (text: string): string => (text === '' ? PART : withBlanks(text))
