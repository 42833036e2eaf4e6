/**
 * Two prompts, component by component. The same part in both prompts makes a pair. Heads, neurons, sublayers and features
 * are matched by their numbers. A component at a position is matched by where the position is, or by its role. A
 * component without a partner is paired with nothing, which counts as 0. So the differences of a split sum to the
 * difference of its sums.
 */
import { UserError } from '../errors.ts'
import { canonicalJson } from '../hash.ts'
import type { TokenView } from '../tokenizer/tokenizer.ts'
import type { ChatSpan } from '../tokenizer/chat.ts'
import type { NamedComponent } from './label.ts'
import type { Partition } from './request.ts'

/** How positions are matched: counted from the beginning, counted from the end, or by role. */
export const alignments = ['position', 'end', 'role'] as const
export type Alignment = (typeof alignments)[number]

/** The facts about one of the two prompts by which its components are told apart. */
export interface ContrastPrompt {
  tokens: readonly Pick<TokenView, 'start' | 'end'>[]
  /** Of a chat: the span of each message and whose it is. */
  messages?: readonly ChatSpan[] | undefined
  /** The labels of the groups of a split by group, in their order. */
  groupLabels: readonly string[] | null
}

export interface Scored {
  component: NamedComponent
  score: number
}

export interface ContrastPair<S extends Scored> {
  /** null if the prompt has no such part. */
  first: S | null
  second: S | null
  /** The score of the first minus that of the second; a missing one counts as 0. */
  difference: number
}

/** Kinds whose index is the position that they belong to. */
const PER_POSITION: ReadonlySet<string> = new Set(['error', 'skip', 'rest'])

/**
 * Pairs in the order of the first prompt's components. Components that only the second prompt has come last, in its
 * order. Refuses (BAD_INPUT) an alignment by role for a prompt without roles.
 */
export function contrast<S extends Scored>(
  first: readonly S[], second: readonly S[], prompts: readonly [ContrastPrompt, ContrastPrompt], align: Alignment,
): ContrastPair<S>[] {
  const [ours, theirs] = [keysOf(first, prompts[0], align), keysOf(second, prompts[1], align)]
  const partners = new Map(theirs.map((key, i) => [key, second[i]!]))
  const known = new Set(ours)
  const pairs = first.map((each, i): ContrastPair<S> => {
    const partner = partners.get(ours[i]!) ?? null
    return { first: each, second: partner, difference: each.score - (partner?.score ?? 0) }
  })
  const alone = second.filter((_, i) => !known.has(theirs[i]!))
  return [...pairs, ...alone.map((each): ContrastPair<S> => ({ first: null, second: each, difference: -each.score }))]
}

/** Keys that are equal for partners in the two prompts; unique within a prompt. */
function keysOf(components: readonly Scored[], prompt: ContrastPrompt, align: Alignment): string[] {
  const place = placeOf(prompt, align)
  const seen = new Map<string, number>()
  return components.map(({ component }) => {
    const key = keyOf(component, prompt, align, place)
    const times = seen.get(key) ?? 0
    seen.set(key, times + 1)
    return `${key} #${times}`
  })
}

function placeOf(prompt: ContrastPrompt, align: Alignment): (position: number) => string {
  if (align === 'role') return roleOf(prompt)
  const from = align === 'end' ? prompt.tokens.length : 0
  return (position) => String(position - from)
}

function keyOf({ kind, layer, index, position }: NamedComponent, { groupLabels }: ContrastPrompt, align: Alignment, place: (position: number) => string): string {
  const named = `${kind} ${layer ?? ''}`
  if (kind === 'token') return `${named} ${place(index)}`
  if (kind === 'group') return `${named} ${groupOf(index, groupLabels ?? [], align)}`
  if (position != null) return PER_POSITION.has(kind) ? `${named} ${place(position)}` : `${named} ${index} ${place(position)}`
  return `${named} ${index}`
}

const groupOf = (index: number, labels: readonly string[], align: Alignment): string | number =>
  align === 'role' ? (labels[index] ?? index) : align === 'end' ? index - labels.length : index

/**
 * The role of each position in a chat: which message of its author it belongs to, and which of the message's tokens it
 * is. What the template writes belongs to the message before it. Without a chat, the function returned refuses
 * (BAD_INPUT) when it is called.
 */
function roleOf({ tokens, messages }: ContrastPrompt): (position: number) => string {
  if (messages === undefined) {
    return () => {
      throw new UserError('BAD_INPUT', 'Positions have roles in chats alone; give both prompts as messages, or name groups and align those.')
    }
  }
  const counts = new Map<string, number>()
  const names = messages.map(({ role }) => {
    const number = (counts.get(role) ?? 0) + 1
    counts.set(role, number)
    return `${role} ${number}`
  })
  const roles: string[] = []
  const offsets = new Map<string, number>()
  let last = 'before'
  for (const { start, end } of tokens) {
    const owner = start === null || end === null
      ? -1
      : messages.findIndex(({ span }) => span !== null && start < span.end && Math.max(end, start + 1) > span.start)
    if (owner >= 0) last = names[owner]!
    const name = owner >= 0 ? last : `after ${last}`
    const offset = offsets.get(name) ?? 0
    offsets.set(name, offset + 1)
    roles.push(`${name}:${offset}`)
  }
  return (position) => roles[position] ?? `position ${position}`
}

/** Refuses (BAD_INPUT) an alignment that would have no effect, and two splits whose components are not the same parts. */
export function checkContrast(first: Partition, second: Partition, align: Alignment | null): void {
  const named = ({ by, ...rest }: Partition) => canonicalJson({ by, ...rest, ...('groups' in rest && { groups: null }) })
  if (named(first) !== named(second))
    throw new UserError('BAD_INPUT', 'The two prompts are split in different ways; split both alike: the same kind, layer and set.')
  if (align !== null && align !== 'position' && !POSITIONAL.has(first.by))
    throw new UserError('BAD_INPUT', `Components of a split by ${first.by} are the same in both prompts; leave the alignment out.`)
}

const POSITIONAL: ReadonlySet<string> = new Set(['token', 'group', 'feature'])
