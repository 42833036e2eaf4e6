/** Whether the first token of a prompt takes a share of the MLPs of later positions (section 3.2; split by token only). */
import { sharesWhole, type Mode, type Rule } from '../depass/rule.ts'
import { UserError } from '../errors.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'

interface Method {
  mode: Mode
  rule: Rule
}

/**
 * The authors' code always excludes the first token, whatever it is. Otherwise it is excluded where the tokenizer puts one there
 * that is no part of the text, if the rule allows that.
 */
export const excludesFirst = ({ mode, rule }: Method, tokenizer: Pick<Tokenizer, 'beginningOfSequence'> | null): boolean =>
  mode === 'reference' || ((tokenizer?.beginningOfSequence ?? null) !== null && !sharesWhole(rule))

/** Refuses a first token that is excluded under a rule that cannot make up for it. */
export function checkExcludeFirst({ mode, rule, excludeFirst }: Method & { excludeFirst: boolean }): void {
  if (!excludeFirst || mode === 'reference' || !sharesWhole(rule)) return
  throw new UserError(
    'BAD_INPUT',
    `With the rule ${rule} the first token cannot be excluded: its share would go to nobody, and the parts would not add up; ` +
      'leave it in, or use the rule softmax.',
  )
}
