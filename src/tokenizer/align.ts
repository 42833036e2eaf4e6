/**
 * Which part of the original text each token stands for, found by laying the tokens' texts (the surface) along the
 * original. The two differ where the tokenizer put a space before the text, where it normalised (composed, lowercased),
 * dropped characters, or had no token for them.
 *
 * 1. Cut the original into units that normalise independently of one another.
 * 2. Walk both texts; where unit and surface agree, the unit's characters are paired with the surface's.
 * 3. Where they do not, find the nearest place from which they agree again; what lies between is one replaced unit,
 *    or dropped from the original, or inserted into the surface.
 * 4. A token's span reaches from the first to the last character that is completed in it.
 */
import { segmentsOf } from './segments.ts'

export interface SurfaceToken {
  /** What the token adds when decoded. */
  text: string
  /** Starts a new section: the tokenizer may put a space before what follows an added token. */
  added: boolean
  /** Its text is a placeholder (`<unk>`) for characters without a token. */
  unknown: boolean
}

interface AlignOptions {
  /** How a piece of the original reads when it was tokenized and decoded. */
  normalize: (piece: string) => string
  /** Whether the tokenizer puts a space before a section, given the section's place and whether a space opens it. */
  addsSpace: (place: 'first' | 'later', opensWithSpace: boolean) => boolean
}

interface AlignedToken {
  /** null: stands for no part of the original. */
  span: { start: number; end: number } | null
  /** The token's text without a space that the tokenizer put before the section. */
  text: string
}

export function alignTokens(original: string, tokens: readonly SurfaceToken[], options: AlignOptions): AlignedToken[] {
  const surface = layOut(tokens)
  const { pairs, insertedSpaces } = pairUp(original, surface, options)
  const spans = spansOf(pairs, surface.starts, original.length)
  return tokens.map((token, k) => ({
    span: spans[k]!,
    text: insertedSpaces.has(surface.starts[k]!) && token.text.startsWith(' ') ? token.text.slice(1) : token.text,
  }))
}

/** Takes the place of an unknown token's text: one character that any single unit of the original matches. */
const WILDCARD = '\uFFFC'

interface Surface {
  text: string
  /** Offset at which each token begins, and a last one at which the text ends. */
  starts: number[]
  /** Offsets at which a section begins. */
  sections: Set<number>
  /** Offset of each wildcard → the placeholder it takes the place of. */
  unknown: Map<number, string>
}

function layOut(tokens: readonly SurfaceToken[]): Surface {
  const surface: Surface = { text: '', starts: [], sections: new Set([0]), unknown: new Map() }
  for (const token of tokens) {
    surface.starts.push(surface.text.length)
    if (token.unknown) surface.unknown.set(surface.text.length, token.text)
    surface.text += token.unknown ? WILDCARD : token.text
    if (token.added) surface.sections.add(surface.text.length)
  }
  surface.starts.push(surface.text.length)
  return surface
}

/** surface[from, to) came of original[start, end). */
interface Pair {
  from: number
  to: number
  start: number
  end: number
}

interface Unit {
  start: number
  end: number
  normalized: string
}

function pairUp(original: string, surface: Surface, { normalize, addsSpace }: AlignOptions) {
  const units = cutIntoUnits(original, normalize)
  const pairs: Pair[] = []
  const insertedSpaces = new Set<number>()
  let i = 0
  let at = 0
  let section = -1
  while (i < units.length || at < surface.text.length) {
    if (section !== at && surface.sections.has(at)) {
      section = at
      const opensWithSpace = units[i]?.normalized.startsWith(' ') ?? false
      if (surface.text[at] === ' ' && addsSpace(at === 0 ? 'first' : 'later', opensWithSpace)) {
        insertedSpaces.add(at)
        at++
        continue
      }
    }
    const unit = units[i]
    const placeholder = surface.unknown.get(at)
    if (unit && placeholder && original.startsWith(placeholder, unit.start)) {
      // Somebody wrote `<unk>`: like any added token it stands for itself and begins a section.
      const end = unit.start + placeholder.length
      pairs.push({ from: at, to: ++at, start: unit.start, end })
      surface.sections.add(at)
      while (i < units.length && units[i]!.start < end) i++
      continue
    }
    if (unit && matches(unit, surface, at)) {
      pairs.push(...pairCharacters(unit, original, surface, at))
      at += matchLength(unit, surface, at)
      i++
      continue
    }
    const { units: skippedUnits, characters } = nearestAgreement(units, i, surface, at)
    const replaced = units.slice(i, i + skippedUnits)
    const start = replaced[0]?.start
    const end = replaced.at(-1)?.end
    const last = pairs.at(-1)
    if (start !== undefined && end !== undefined) {
      if (characters > 0) pairs.push({ from: at, to: at + characters, start, end })
      // Several characters without a token in a row are one unknown token.
      else if (last && surface.unknown.has(last.from) && last.to === at && last.end === start) last.end = end
    }
    i += skippedUnits
    at += characters
  }
  return { pairs, insertedSpaces }
}

/** Normalisation never reaches across what a reader sees as one character; where it changes nothing, none is needed. */
function cutIntoUnits(original: string, normalize: (piece: string) => string): Unit[] {
  if (normalize(original) === original) return cutIntoCharacters(original)
  const cache = new Map<string, string>()
  const units: Unit[] = []
  for (const { start, text } of segmentsOf(original, 'grapheme')) {
    let normalized = cache.get(text)
    if (normalized === undefined) cache.set(text, normalized = normalize(text))
    units.push({ start, end: start + text.length, normalized })
  }
  return units
}

function cutIntoCharacters(original: string): Unit[] {
  let start = 0
  return Array.from(original, (character) => {
    const unit = { start, end: start + character.length, normalized: character }
    start = unit.end
    return unit
  })
}

const matches = (unit: Unit, surface: Surface, at: number): boolean =>
  surface.unknown.has(at) || surface.text.startsWith(unit.normalized, at)

const matchLength = (unit: Unit, surface: Surface, at: number): number =>
  surface.unknown.has(at) ? WILDCARD.length : unit.normalized.length

/** Character by character where their number is unchanged, else as a whole. */
function pairCharacters(unit: Unit, original: string, surface: Surface, at: number): Pair[] {
  const whole = { from: at, to: at + matchLength(unit, surface, at), start: unit.start, end: unit.end }
  if (whole.from === whole.to) return []
  if (whole.to - whole.from === 1) return [whole]
  const before = Array.from(original.slice(unit.start, unit.end))
  const after = Array.from(surface.text.slice(whole.from, whole.to))
  if (before.length !== after.length) return [whole]
  let { from, start } = whole
  return before.map((character, k) => {
    const pair = { from, to: from + after[k]!.length, start, end: start + character.length }
    from = pair.to
    start = pair.end
    return pair
  })
}

/** Far enough for a dropped word; beyond it the rest of the text is one replaced unit. */
const SEARCH_REACH = 256
/** So many units must agree in a row, or all that are left. */
const AGREEMENT = 3

/** How many units and surface characters to skip, as few as possible. */
function nearestAgreement(units: readonly Unit[], i: number, surface: Surface, at: number) {
  const unitsLeft = units.length - i
  const charactersLeft = surface.text.length - at
  for (let cost = 1; cost <= Math.min(SEARCH_REACH, unitsLeft + charactersLeft); cost++) {
    for (let skipped = Math.max(0, cost - charactersLeft); skipped <= Math.min(cost, unitsLeft); skipped++) {
      if (agreesFrom(units, i + skipped, surface, at + cost - skipped)) return { units: skipped, characters: cost - skipped }
    }
  }
  return { units: unitsLeft, characters: charactersLeft }
}

function agreesFrom(units: readonly Unit[], i: number, surface: Surface, at: number): boolean {
  for (let k = 0; k < AGREEMENT; k++) {
    const unit = units[i + k]
    if (!unit) return at === surface.text.length
    if (!matches(unit, surface, at)) return false
    at += matchLength(unit, surface, at)
  }
  return true
}

function spansOf(pairs: readonly Pair[], starts: readonly number[], originalLength: number): AlignedToken['span'][] {
  let next = 0
  return starts.slice(0, -1).map((from, k) => {
    const to = starts[k + 1]!
    const first = next
    while (next < pairs.length && pairs[next]!.to <= to) next++
    if (next > first) return { start: pairs[first]!.start, end: pairs[next - 1]!.end }
    const pending = pairs[next]
    const beginsCharacter = from === to || (pending !== undefined && pending.from < to)
    if (!beginsCharacter) return null
    const start = pending?.start ?? originalLength
    return { start, end: start }
  })
}
