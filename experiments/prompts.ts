/** Turns records into prompts of token ids, each with the token that should follow. */
import { isUserError } from '../src/errors.ts'
import type { ExperimentModel, ExperimentRecord } from './experiment.ts'

/** N positions. */
export interface Prompt {
  readonly record: ExperimentRecord
  /** [N] */
  readonly ids: readonly number[]
  /** First token of the answer as it follows the prompt. */
  readonly target: number
}

/** Records that cannot be asked (no answer, an answer without tokens, too long) are left out, with the reason. */
export async function promptsOf(
  records: readonly ExperimentRecord[], { tokenizer, attributor }: ExperimentModel,
): Promise<{ prompts: Prompt[]; left: { record: ExperimentRecord; reason: string }[] }> {
  const prompts: Prompt[] = []
  const left: { record: ExperimentRecord; reason: string }[] = []
  for (const record of records) {
    const found = await promptOf(record, tokenizer, attributor.model.maxPositions)
    if (typeof found === 'string') left.push({ record, reason: found })
    else prompts.push(found)
  }
  return { prompts, left }
}

async function promptOf(
  record: ExperimentRecord, tokenizer: ExperimentModel['tokenizer'], maxPositions: number,
): Promise<Prompt | string> {
  if (record.answer === null) return 'the record has no answer'
  try {
    const ids = (await tokenizer.encode(record.text)).map(({ id }) => id)
    if (ids.length === 0) return 'the prompt has no tokens'
    if (ids.length > maxPositions) return `the prompt has ${ids.length} tokens, more than ${maxPositions}`
    const [target] = await tokenizer.encodeAnswer(record.text, record.answer)
    return target === undefined ? 'the answer has no tokens' : { record, ids, target }
  } catch (error) {
    if (isUserError(error)) return error.message
    throw error
  }
}

/** Positions that may be taken out: all except a special token at the beginning, and the last. */
export function removable({ ids }: Pick<Prompt, 'ids'>, beginning: number | null): number[] {
  const first = ids[0] === beginning ? 1 : 0
  return Array.from({ length: Math.max(0, ids.length - 1 - first) }, (_, i) => first + i)
}
