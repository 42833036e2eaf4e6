/** The group partition (Appendix B.3): one component per group of positions, carried as a unit from the start. */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import type { ModelIdentity } from '../../model/identity.ts'
import { groupByRole, groupBySentence, groupByWord, type PositionGroup } from './groups.ts'
import { resolveNamedGroups, type NamedGroups } from './groups-named.ts'
import { oneLayer, requireLayer, type PartitionKindOf, type QuestionPrompt } from './kind.ts'

const index = z.number().int().nonnegative()
const schema = z.strictObject({
  by: z.literal('group'),
  /** The layer whose input is split; 0 is the embedding. */
  layer: index.default(0),
  /** Disjoint sets of positions that together cover 0 … N-1; each set is one component. */
  groups: z.array(z.array(index).min(1)).min(1),
})
export type GroupPartition = z.infer<typeof schema>

export const groupKind: PartitionKindOf<GroupPartition> = {
  schema,
  description: 'one component per word, sentence, message of a chat or group of positions',
  options: ['groups'],
  resolve({ by, layer, groups }, prompt, model) {
    const found = groupsOf(groups ?? 'words', prompt, model)
    return {
      partition: { by: 'group', layer: oneLayer(layer ?? 0, by), groups: found.map(({ positions }) => positions) },
      groupLabels: found.map(({ label }) => label),
    }
  },
  check({ layer, groups }, model, N) {
    requireLayer(layer, model)
    const named = groups.flat().sort((a, b) => a - b)
    if (named.length === N && named.every((position, i) => position === i)) return
    throw new UserError(
      'BAD_INPUT',
      `The groups name ${named.length} positions; expected each of 0 to ${N - 1} exactly once.`,
    )
  },
  begins: ({ layer }) => ({ at: 'input', layer }),
  splits({ layer, groups }, { N }) {
    const shown = layer === 0 ? null : layer
    const reached = groups.map((group) => new Set(group.filter((position) => position < N)))
    return [{
      at: 'input',
      layer,
      // A group whose positions all come after the one that is read never exists.
      components: reached.map((group, g) => ({ kind: 'group', index: g, layer: shown, first: Math.min(N, ...group) })),
      startRows: N,
      exists: (component, position) => reached[component]?.has(position) ?? false,
      fill: (_component, _position, x, row) => row.set(x),
    }]
  },
  vectorField: null,
}

function groupsOf(
  groups: 'words' | 'sentences' | 'roles' | NamedGroups, prompt: QuestionPrompt, model: ModelIdentity,
): PositionGroup[] {
  if (typeof groups !== 'string') {
    if (groups.length === 0)
      throw new UserError('BAD_INPUT', 'The list of groups is empty; name at least one group, or leave it out.')
    return resolveNamedGroups(groups, prompt.tokens)
  }
  if (groups === 'roles') {
    if (prompt.messages) return groupByRole(prompt.tokens, prompt.messages)
    throw new UserError('BAD_INPUT', 'Groups by role need a chat; give the prompt as messages.')
  }
  if (prompt.text === null)
    throw new UserError(
      'BAD_INPUT',
      `The model ${model.name} has no tokenizer.json, so its tokens form no ${groups}; ` +
        'give the groups as lists of positions.',
    )
  return groups === 'words' ? groupByWord(prompt.tokens, prompt.text) : groupBySentence(prompt.tokens, prompt.text)
}
