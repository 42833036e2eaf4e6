/**
 * Two prompts, component by component. What is the same part in both is a pair: heads, neurons, sublayers and features by
 * their numbers; what lies at a position by where it stands, or by the role that it has there. What has no partner is a pair
 * with nothing. So the differences of a split sum to the difference of its sums.
 */
import { UserError } from '../errors.ts'
import { canonicalJson } from '../hash.ts'
import type { TokenView } from '../tokenizer/tokenizer.ts'
import type { ChatSpan } from '../tokenizer/chat.ts'
import type { NamedComponent } from './label.ts'
import type { Partition } from './request.ts'

/** Counted from the beginning, counted from the end, or by role. */
export const alignments = ['position', 'end', 'role'] as const
export type Alignment = (typeof alignments)[number]

/** One of the two prompts, as far as its components are told apart by it. */
export interface ContrastPrompt {
  tokens: readonly Pick<TokenView, 'start' | 'end'>[]
  /** Of a chat: whose words stand where. */
  messages?: readonly ChatSpan[] | undefined
  /** What the groups of a split by group are called, in their order. */
  groupLabels: readonly string[] | null
}

export interface Scored {
  component: NamedComponent
  score: number
}

export interface ContrastPair<S extends Scored> {
  /** null where the prompt has no such part. */
  first: S | null
  second: S | null
  /** Of the first minus the second, nothing being 0. */
  difference: number
}

/** Kinds whose number is the position that they belong to. */
const PER_POSITION: ReadonlySet<string> = new Set(['error', 'skip', 'rest'])

/**
 * Pairs in the order of the first prompt's components; what only the second has comes last, in its order.
 * Refuses (BAD_INPUT) an alignment by role where nothing has one.
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

/** What the partner of each component has, too; unique within a prompt. */
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
 * The role of each position in a chat: which message of its author it belongs to, and which of its tokens it is; what the
 * template writes belongs to the message before it. Called for nothing, it refuses nothing.
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

/** Refuses (BAD_INPUT) an alignment that would be without effect, and splits whose components are not the same parts. */
export function checkContrast(first: Partition, second: Partition, align: Alignment | null): void {
  const named = ({ by, ...rest }: Partition) => canonicalJson({ by, ...rest, ...('groups' in rest && { groups: null }) })
  if (named(first) !== named(second))
    throw new UserError('BAD_INPUT', 'The two prompts are split in different ways; split both alike: the same kind, layer and set.')
  if (align !== null && align !== 'position' && !POSITIONAL.has(first.by))
    throw new UserError('BAD_INPUT', `Components of a split by ${first.by} are the same in both prompts; leave the alignment out.`)
}

const POSITIONAL: ReadonlySet<string> = new Set(['token', 'group', 'feature'])
