/**
 * Groups that a user names as JSON: an array of groups, each an array of positions and `[first, last]` spans (both
 * ends included), or `{label, positions}` to name it. Positions that no group names become one last group, `rest`:
 * a user who asks about two words wants two scores and the remainder, not a score for every other token.
 */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import type { TokenView } from '../../tokenizer/tokenizer.ts'
import { groupLabel, REST_LABEL, type PositionGroup } from './groups.ts'

const position = z.number().int().nonnegative()
const span = z.tuple([position, position])
const positions = z.array(z.union([position, span])).min(1)
export const namedGroupsSchema = z
  .array(z.union([positions, z.strictObject({ label: z.string().min(1).optional(), positions })]))
  .min(1)
export type NamedGroups = z.infer<typeof namedGroupsSchema>

const EXPECTED = 'expected words, sentences, roles or JSON such as [[0,1],[[2,5]],{"label":"the verb","positions":[6]}]'

/** Parses the value of --groups if it is not `words`, `sentences` or `roles`. */
export function parseNamedGroups(json: string): NamedGroups {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new UserError('BAD_INPUT', `The groups ${JSON.stringify(shorten(json))} are not JSON; ${EXPECTED}.`)
  }
  const parsed = namedGroupsSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const at = parsed.error.issues[0]?.path[0]
  const where = typeof at === 'number' ? `Group ${at}` : 'The value'
  throw new UserError('BAD_INPUT', `${where} of the groups ${JSON.stringify(shorten(json))} has the wrong form; ${EXPECTED}.`)
}

/** Disjoint groups that cover every position, in the user's order, the rest last. */
export function resolveNamedGroups(named: NamedGroups, tokens: readonly TokenView[]): PositionGroup[] {
  const owner = new Map<number, number>()
  const groups = named.map((group, number) => {
    const items = Array.isArray(group) ? group : group.positions
    if (items.length === 0) throw new UserError('BAD_INPUT', `Group ${number} is empty; name at least one position.`)
    const own = items.flatMap((item) => (Array.isArray(item) ? expand(item, number, tokens.length) : [item]))
    for (const each of own) claim(owner, each, number, tokens.length)
    const sorted = own.sort((a, b) => a - b)
    const label = Array.isArray(group) ? undefined : group.label
    return { positions: sorted, label: label ?? groupLabel(tokens, sorted) }
  })
  const rest = [...tokens.keys()].filter((each) => !owner.has(each))
  return rest.length > 0 ? [...groups, { positions: rest, label: REST_LABEL }] : groups
}

function expand([first, last]: [number, number], group: number, length: number): number[] {
  if (last < first)
    throw new UserError('BAD_INPUT', `Group ${group} has the span [${first}, ${last}], which ends before it begins.`)
  // Checked before the array is made: a span may name billions of positions.
  requireInside(last, group, length)
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

function claim(owner: Map<number, number>, at: number, group: number, length: number) {
  requireInside(at, group, length)
  const other = owner.get(at)
  if (other !== undefined) {
    const whose = other === group ? `twice in group ${group}` : `in the groups ${other} and ${group}`
    throw new UserError('BAD_INPUT', `Position ${at} stands ${whose}; every position belongs to one group.`)
  }
  owner.set(at, group)
}

function requireInside(at: number, group: number, length: number) {
  if (!Number.isInteger(at) || at < 0 || at >= length)
    throw new UserError(
      'BAD_INPUT',
      `Group ${group} names position ${at}, but the prompt has ${length} tokens: the positions 0 to ${length - 1}.`,
    )
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
