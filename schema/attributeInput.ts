/**
 * What a client asks for. `@oneOf` inputs mirror `src/attribution/request.ts`; defaults are decided where the question is
 * resolved (`src/attribution/resolve.ts`), for the command line and GraphQL alike.
 */
import type { AttributionQuestion } from '../src/attribution/resolve.ts'
import { builder } from './builder.ts'
import { Mode } from './mode.ts'
import { PartitionInput, partitionQuestion } from './partitionInput.ts'
import { Rule } from './rule.ts'
import { TargetInput, targetQuestion } from './targetInput.ts'

/** Longest that one `attribute` may wait; below the limit of the whole request. */
const LONGEST_WAIT_MS = 120_000
const DEFAULT_WAIT_MS = 60_000

export const AttributeInput = builder.inputType('AttributeInput', {
  description: 'One attribution to be computed, or to be found if it was computed before.',
  fields: (t) => ({
    model: t.string({ required: true, description: "The model's slug or hash." }),
    text: t.string({ description: 'The prompt as text; instead of `tokenIds`.' }),
    tokenIds: t.intList({ description: 'The prompt as token ids, used as they are; instead of `text`.' }),
    position: t.int({
      description: 'Where the target is read: from 0, or negative from the end; the last position when absent.',
    }),
    target: t.field({
      type: TargetInput,
      description: "What to attribute; the logit of the model's own next token when absent.",
    }),
    partition: t.field({ type: PartitionInput, required: true, description: 'How to split the residual stream.' }),
    mode: t.field({ type: Mode, description: 'Which reading of the method; CORRECTED when absent.' }),
    rule: t.field({ type: Rule, description: "How neurons' outputs are shared; SOFTMAX when absent." }),
    temperature: t.float({ description: 'τ of the softmax rule; 0.1 when absent.' }),
    excludeFirst: t.boolean({
      description:
        'Whether the first position takes no MLP share except at itself (token partition only); when absent, as the ' +
        'tokenizer has it: yes where it adds a token at the beginning.',
    }),
    decode: t.int({
      description:
        'Also decode each component with the whole vocabulary: its k tokens with the largest logits, 1 to 100. Only ' +
        'where a logit is read.',
    }),
    timeoutMs: t.int({
      defaultValue: DEFAULT_WAIT_MS,
      validate: { min: 0, max: LONGEST_WAIT_MS },
      description: 'How long to wait for a computation. When it ends, the error has the id of the job, which goes on.',
    }),
  }),
})

export type AttributeInputShape = typeof AttributeInput.$inferInput
export const waitOf = ({ timeoutMs }: AttributeInputShape) => timeoutMs ?? DEFAULT_WAIT_MS

export function questionOf(input: AttributeInputShape): AttributionQuestion {
  const { text, tokenIds, position, mode, rule, temperature, excludeFirst, decode } = input
  return {
    ...targetQuestion(input.target),
    ...partitionQuestion(input.partition),
    text,
    tokenIds,
    position,
    mode,
    rule,
    temperature,
    excludeFirst,
    decode,
  }
}
