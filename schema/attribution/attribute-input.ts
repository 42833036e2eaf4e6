/**
 * What a client asks for. `@oneOf` inputs mirror `src/attribution/request.ts`. The defaults are set where the question
 * is resolved (`src/attribution/resolve.ts`), so they are the same for the command line and GraphQL.
 */
import type { AttributionQuestion } from '../../src/attribution/resolve.ts'
import type { Names } from '../loaders/feature-sources.ts'
import { builder } from '../builder.ts'
import { entries } from '../cost.ts'
import { MessageInput, promptText } from '../dataset/prompt-input.ts'
import { DEFAULT_WAIT_MS, LONGEST_WAIT_MS } from '../job/computation.ts'
import { PartitionInput, partitionQuestion } from './partition-input.ts'
import { Mode, Rule } from './method.ts'
import { TargetInput, targetQuestion } from './target-input.ts'

export const AttributeInput = builder.inputType('AttributeInput', {
  description: 'One attribution to be computed, or to be found if it was computed before.',
  fields: (t) => ({
    model: t.string({ required: true, description: "The model's slug or hash." }),
    text: t.string({ description: 'The prompt as text; instead of `tokenIds`.', ...promptText }),
    tokenIds: t.intList({
      description: 'The prompt as token ids, used as they are; instead of `text`.',
      ...entries(0),
    }),
    messages: t.field({
      type: [MessageInput],
      description: "The prompt as a chat, written by the model's own chat template; instead of `text`.",
      ...entries(0),
    }),
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

/** `names`: what the names of feature sets and probes stand for. */
export async function questionOf(
  input: AttributeInputShape, names: Names,
): Promise<AttributionQuestion> {
  const { text, messages, tokenIds, position, mode, rule, temperature, excludeFirst, decode } = input
  return {
    ...(await targetQuestion(input.target, names)),
    ...(await partitionQuestion(input.partition, names)),
    text,
    messages,
    tokenIds,
    position,
    mode,
    rule,
    temperature,
    excludeFirst,
    decode,
  }
}
