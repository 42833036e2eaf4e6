/** Tokens of the vocabulary as targets: how people name them, and their logits as linear maps (section 3.3, eq. 17). */
import { dot, finalNorm } from '../../depass/readout.ts'
import { UserError } from '../../errors.ts'
import type { ModelIdentity } from '../../model/identity.ts'
import { unembeddingRows } from '../../model/loaded.ts'
import { mostLikely, probabilityOf } from '../distribution.ts'
import { requireToken, type ResolvedPrompt } from '../resolve-prompt.ts'
import type { Projection, ReadContext, TargetContext } from './kind.ts'

/** `next` is the token that the model itself ranks first at the position. */
export type TokenChoice = number | 'next'

/** `next`, `#123`, or text that is one token where it follows the prompt. `what` names it in messages. */
export async function tokenNamed(
  name: string, what: string, { prompt, position, model, tokenizer }: TargetContext,
): Promise<number> {
  if (/^#[\d-]/.test(name)) return tokenOfId(name.slice(1), model, what)
  if (name === '') throw new UserError('BAD_INPUT', `The ${what} is empty; give a text, # and a token id, or next.`)
  if (!tokenizer)
    throw new UserError(
      'BAD_INPUT',
      `The model ${model.name} has no tokenizer.json, so the ${what} ${JSON.stringify(name)} means nothing to it; ` +
        'give # and a token id.',
    )
  return /^\s/.test(name) ? tokenizer.findTarget(name) : tokenizer.findTarget(name, textUpTo(prompt, position))
}

function tokenOfId(digits: string, model: ModelIdentity, what: string): number {
  const id = /^\d+$/.test(digits) ? Number(digits) : NaN
  if (Number.isNaN(id)) throw new UserError('BAD_INPUT', `The ${what} #${digits} is not a token id; expected # and a whole number.`)
  requireToken(id, model, `The ${what}`)
  return id
}

/** The text before the token that is asked about. */
function textUpTo({ tokens, text }: ResolvedPrompt, position: number): string {
  if (text === null || position === tokens.length - 1) return text ?? ''
  const end = tokens.slice(0, position + 1).findLast((token) => token.end !== null)?.end ?? 0
  return text.slice(0, end)
}

/** The logit of a token, minus that of `minus` if given, as a linear map of rows. */
export async function readLogits(tokenId: TokenChoice, minus: number | null, context: ReadContext): Promise<Projection> {
  const { model, x, distribution, tokenText } = context
  if (distribution === null) throw new Error('a logit was asked for without logits')
  const id = tokenId === 'next' ? mostLikely(distribution) : tokenId
  const ids = minus === null ? [id] : [id, minus]
  const norm = finalNorm(model, x)
  const { D, finalSoftCap } = model.config
  const rows = await unembeddingRows(model, ids)
  const wholeNormed = norm(x, true)
  const direction = new Float64Array(D)
  for (const [which, sign] of [1, -1].slice(0, ids.length).entries()) {
    const row = rows.subarray(which * D, (which + 1) * D)
    const scale = sign * softCapScale(dot(wholeNormed, row), finalSoftCap)
    for (let d = 0; d < D; d++) direction[d]! += scale * row[d]!
  }
  return {
    facts: {
      tokenId: id,
      text: tokenText(id),
      minusTokenId: minus,
      minusText: minus === null ? null : tokenText(minus),
      layer: null,
      probability: probabilityOf(distribution, id),
    },
    project: (row, withBias) => dot(norm(row, withBias), direction),
  }
}

/** A soft cap is frozen like a norm: as the factor by which it multiplies the stream's own logit. */
function softCapScale(logit: number, cap: number | null): number {
  return cap === null || logit === 0 ? 1 : (cap * Math.tanh(logit / cap)) / logit
}
