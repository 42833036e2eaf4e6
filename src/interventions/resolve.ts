/**
 * From a user's question to a prepared intervention: the one place where defaults are decided, for the command line,
 * ingest and GraphQL alike. A question without a valid meaning is refused with a sentence that says why.
 */
import { prepareQuestion, type AttributionQuestion, type ResolveContext } from '../attribution/resolve.ts'
import { resolvePrompt } from '../attribution/resolve-prompt.ts'
import { resolvePartition } from '../depass/partition/kinds.ts'
import type { FeatureSource, PartitionQuestion } from '../depass/partition/kind.ts'
import { UserError } from '../errors.ts'
import type { TokenView } from '../tokenizer/tokenizer.ts'
import type { Change } from './change/kinds.ts'
import type { Replacement } from './change/kind.ts'
import { prepareIntervention, type PreparedIntervention } from './prepare.ts'
import { MAX_SHOWN, type Selection } from './request.ts'

const DEFAULT_SHOWN = 5

/** What is changed, in a question's words: lists in any order, and feature sets before their weights are loaded. */
export interface ChangesQuestion {
  /** Positions of the prompt that are cut out of it; negative ones count from the end. */
  remove?: readonly number[] | null
  /** Positions that stay in the prompt, but that no other position attends to. */
  mask?: readonly number[] | null
  heads?: readonly { layer: number; head: number }[] | null
  neurons?: readonly { layer: number; neuron: number }[] | null
  modules?: readonly { layer: number; module: 'attention' | 'mlp' }[] | null
  features?: readonly { set: FeatureSource; index: number }[] | null
  steer?: SteerQuestion | null
  /** Components chosen by the scores of an attribution. */
  choose?: ChoiceQuestion | null
  /** What replaces parts of the model that are taken out; by default zeros. */
  to?: Replacement | null
  /** The positions where parts of the model are changed; by default all. */
  at?: readonly number[] | null
}

export interface SteerQuestion {
  /** [D], added to the input of `layer`. */
  direction?: readonly number[] | null
  layer?: number | null
  /** Instead of a direction: the decoder row of a feature, at the site that its set writes. */
  feature?: { set: FeatureSource; index: number } | null
  factor: number
}

export interface ChoiceQuestion {
  order: 'top' | 'bottom'
  count: number
  partition: PartitionQuestion
  /** How positions are taken out; by default removed. */
  how?: 'remove' | 'mask' | null
}

export interface InterventionQuestion extends ChangesQuestion, Omit<AttributionQuestion, keyof PartitionQuestion | 'decode'> {
  /** How many of the model's likeliest tokens are listed; by default 5. */
  shown?: number | null
}

export interface PreparedInterventionQuestion extends PreparedIntervention {
  /** The prompt's tokens, for showing. */
  readonly tokens: readonly TokenView[]
  /** The prompt as it was written; null for a prompt of token ids. */
  readonly text: string | null
  /** Sentences about what the user probably did not mean. */
  readonly warnings: readonly string[]
}

/** Refuses (UserError) a question that has no valid meaning, or a change that the model does not allow. */
export async function prepareInterventionQuestion(
  question: InterventionQuestion, context: ResolveContext,
): Promise<PreparedInterventionQuestion> {
  const { remove, mask, heads, neurons, modules, features, steer, choose, to, at, shown, ...asked } = question
  if (question.answer != null)
    throw new UserError('BAD_INPUT', 'Interventions look at one token; give a target instead of a whole answer.')
  // Prompt, target, rule and first token are resolved like those of an attribution by token.
  const { request: base, tokens, text, warnings } = await prepareQuestion({ ...asked, by: 'token' }, context)
  const N = tokens.length
  const changes = resolveChanges({ remove, mask, heads, neurons, modules, features, steer, to, at }, N)
  const selection = choose && (await resolveChoice(choose, to ?? 'zero', question, context))
  const { tokenIds, position, target, mode, rule, temperature, excludeFirst } = base
  const request = {
    tokenIds, position, target, changes, ...(selection && { selection }), mode, rule, temperature, excludeFirst,
    shown: resolveShown(shown ?? DEFAULT_SHOWN),
  }
  return { ...prepareIntervention(request, context), tokens, text, warnings }
}

function resolveShown(shown: number): number {
  if (Number.isInteger(shown) && shown >= 1 && shown <= MAX_SHOWN) return shown
  throw new UserError('BAD_INPUT', `${shown} tokens were to be shown; expected 1 to ${MAX_SHOWN}.`)
}

function resolveChanges(question: Omit<ChangesQuestion, 'choose'>, N: number): Change[] {
  const { remove, mask, heads, neurons, modules, features, steer } = question
  const to = question.to ?? 'zero'
  const at = question.at == null ? {} : { positions: ascending(question.at.map((position) => fromEnd(position, N))) }
  const positions = (some: readonly number[]) => ascending(some.map((position) => fromEnd(position, N)))
  return [
    ...(remove?.length ? [{ kind: 'position', how: 'remove', positions: positions(remove) } as const] : []),
    ...(mask?.length ? [{ kind: 'position', how: 'mask', positions: positions(mask) } as const] : []),
    ...grouped(heads ?? [], ({ layer }) => layer).map(([layer, some]) =>
      ({ kind: 'head', layer, heads: ascending(some.map(({ head }) => head)), to, ...at }) as const),
    ...grouped(neurons ?? [], ({ layer }) => layer).map(([layer, some]) =>
      ({ kind: 'neuron', layer, neurons: ascending(some.map(({ neuron }) => neuron)), to, ...at }) as const),
    ...(modules ?? []).map(({ layer, module }) => ({ kind: 'module', layer, module, to, ...at }) as const),
    ...grouped(features ?? [], ({ set }) => set.hash).map(([hash, some]) => {
      const { site, writes } = some[0]!.set
      return { kind: 'feature', set: hash, site: writes ?? site, features: ascending(some.map((each) => named(each))), to, ...at } as const
    }),
    ...(steer ? [{ ...resolveSteer(steer), ...at }] : []),
  ]
}

function named({ set, index }: { set: FeatureSource; index: number }): number {
  if (Number.isInteger(index) && index >= 0 && index < set.features) return index
  throw new UserError('BAD_INPUT', `Feature ${index} was asked for; ${set.name} has the features 0 to ${set.features - 1}.`)
}

function resolveSteer({ direction, layer, feature, factor }: SteerQuestion): Change {
  if (feature != null) {
    if (direction != null || layer != null)
      throw new UserError('BAD_INPUT', 'A feature is added where its set writes; leave the direction and the layer out.')
    const { set } = feature
    return { kind: 'steer', site: set.writes ?? set.site, feature: { set: set.hash, index: named(feature) }, factor }
  }
  if (direction == null || layer == null)
    throw new UserError('BAD_INPUT', 'Steering needs a direction and the layer at whose input it is added, or a feature.')
  return { kind: 'steer', site: { layer, name: 'resid_pre' }, direction: [...direction], factor }
}

async function resolveChoice(
  { order, count, partition, how }: ChoiceQuestion, to: Replacement, question: InterventionQuestion, { model, tokenizer }: ResolveContext,
): Promise<Selection> {
  if (!Number.isInteger(count) || count < 1)
    throw new UserError('BAD_INPUT', `${count} components were to be taken out; expected a whole number of at least 1.`)
  const resolved = resolvePartition(partition, await resolvePrompt(question, model, tokenizer), model)
  return { partition: resolved.partition, order, count, how: how ?? 'remove', to }
}

function fromEnd(position: number, N: number): number {
  const at = position < 0 ? N + position : position
  if (Number.isInteger(at) && at >= 0 && at < N) return at
  throw new UserError(
    'BAD_INPUT', `Position ${position} was asked for, but the prompt has ${N} tokens: positions 0 to ${N - 1}, or -${N} to -1 from the end.`)
}

/** Sorted, each once, so that the same question in another order is the same request. */
const ascending = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((a, b) => a - b)

function grouped<T, K extends number | string>(items: readonly T[], keyOf: (item: T) => K): [K, T[]][] {
  const groups = new Map<K, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
}
