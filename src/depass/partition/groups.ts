/**
 * Groups of positions, the components of a group partition: words made of sub-tokens, sentences, or what a user names
 * as JSON. Every function returns disjoint groups that together cover all positions.
 */
import type { ChatSpan } from '../../tokenizer/chat.ts'
import { segmentsOf } from '../../tokenizer/segments.ts'
import type { TokenView } from '../../tokenizer/tokenizer.ts'

/** One component of a group partition. */
export interface PositionGroup {
  /** Ascending. */
  positions: number[]
  /** What a person reads: the word, the sentence, the user's own name for it. */
  label: string
}

/**
 * One group per word, per run of punctuation, per run of line breaks and per special token. A blank that is a token of
 * its own joins the group of the token after it, just as other tokens carry their blank in front.
 *
 * Words follow Unicode's rules (with dictionaries for scripts that write no spaces), not the tokenizer. So sentencepiece
 * and byte-level BPE give the same words for the same text.
 */
export function groupByWord(tokens: readonly TokenView[], text: string): PositionGroup[] {
  const unitAt = wordUnits(text)
  const keys: string[] = Array(tokens.length).fill('')
  // From the end, because the group of a blank depends on the token after it.
  for (let i = tokens.length - 1; i >= 0; i--) {
    const visible = firstVisible(tokens[i], text)
    const next = keys[i + 1]
    if (typeof visible === 'number') keys[i] = `word ${unitAt[visible]}`
    else if (visible === 'break') keys[i] = 'break'
    else keys[i] = visible === 'blank' && next?.startsWith('word') ? next : `${visible} ${i}`
  }
  return groupByKey(tokens, keys)
}

/** One group per sentence (Unicode's rules; a line break ends one too) and per special token. */
export function groupBySentence(tokens: readonly TokenView[], text: string): PositionGroup[] {
  const sentenceAt = sentenceUnits(text)
  const keys = tokens.map((token, i) => {
    const visible = firstVisible(token, text)
    if (visible === 'special') return `special ${i}`
    const at = typeof visible === 'number' ? visible : (token.start ?? 0)
    return `sentence ${sentenceAt[Math.min(at, text.length - 1)]}`
  })
  return groupByKey(tokens, keys)
}

/**
 * One group per message of a chat, and one for the rest: what the template writes around them. A token that crosses the
 * edge of a message belongs to the message.
 */
export function groupByRole(tokens: readonly TokenView[], messages: readonly ChatSpan[]): PositionGroup[] {
  const owners = tokens.map(({ start, end }) => {
    if (start === null || end === null) return -1
    return messages.findIndex(({ span }) => span !== null && start < span.end && Math.max(end, start + 1) > span.start)
  })
  const counts = new Map<string, number>()
  const repeats = new Set(messages.map(({ role }) => role).filter((role, k, roles) => roles.indexOf(role) !== k))
  const groups = messages.map(({ role }, k): PositionGroup => {
    const number = (counts.get(role) ?? 0) + 1
    counts.set(role, number)
    const label = repeats.has(role) ? `${role} ${number}` : role
    return { positions: positionsWhere(owners, k), label }
  })
  const rest = { positions: positionsWhere(owners, -1), label: REST_LABEL }
  return [...groups, rest].filter(({ positions }) => positions.length > 0)
}

export const REST_LABEL = 'rest'

const positionsWhere = (owners: readonly number[], wanted: number): number[] =>
  owners.flatMap((owner, position) => (owner === wanted ? [position] : []))

/** The text of some positions, as a label: gaps show as an ellipsis, line breaks as a sign. */
export function groupLabel(tokens: readonly Pick<TokenView, 'text'>[], positions: readonly number[]): string {
  const pieces = positions.map((position, i) => {
    const previous = positions[i - 1]
    const gap = previous !== undefined && previous !== position - 1 ? ' … ' : ''
    return gap + (tokens[position]?.text ?? '')
  })
  const label = pieces.join('').replace(/ +/g, ' ')
  const trimmed = label.trim()
  if (trimmed !== '') return trimmed.split('\n').map((line) => line.trim()).filter((line) => line !== '').join(' ⏎ ')
  return label.includes('\n') ? '⏎' : '␣'
}

/** For each UTF-16 offset, the number of the word or punctuation run that it belongs to. */
function wordUnits(text: string): Uint32Array {
  const unitAt = new Uint32Array(text.length)
  let unit = 0
  let inMarks = false
  for (const { start, text: segment, isWord } of segmentsOf(text, 'word')) {
    const isMark = !isWord && segment.trim() !== ''
    if (!(isMark && inMarks)) unit++
    inMarks = isMark
    unitAt.fill(unit, start, start + segment.length)
  }
  return unitAt
}

/** For each UTF-16 offset, the number of its sentence. */
function sentenceUnits(text: string): Uint32Array {
  const unitAt = new Uint32Array(text.length)
  let unit = 0
  for (const { start, text: segment } of segmentsOf(text, 'sentence')) unitAt.fill(unit++, start, start + segment.length)
  return unitAt
}

/** Where a token's first visible character stands in the text, or what kind of invisible token it is. */
function firstVisible(token: TokenView | undefined, text: string): number | 'special' | 'break' | 'blank' {
  // A blank that sentencepiece put before the text stands for no character of it, and has no text either.
  if (token?.text === '' && token.start === null) return 'blank'
  if (!token || token.start === null || token.end === null) return 'special'
  const own = text.slice(token.start, token.end)
  const offset = own.search(/\S/)
  if (offset >= 0) return token.start + offset
  return own.includes('\n') ? 'break' : 'blank'
}

/** Neighbours with the same key belong together. */
function groupByKey(tokens: readonly TokenView[], keys: readonly string[]): PositionGroup[] {
  const groups: number[][] = []
  for (const [position, key] of keys.entries()) {
    const last = groups.at(-1)
    if (last && key === keys[position - 1]) last.push(position)
    else groups.push([position])
  }
  return groups.map((positions) => ({ positions, label: groupLabel(tokens, positions) }))
}
