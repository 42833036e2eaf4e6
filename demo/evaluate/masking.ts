/**
 * Masking on indirect objects (the paper's component masking and its patch-top): of prompts that the model answers, take
 * out the tokens or heads that the attribution ranks first, or last, and count what is still answered.
 */
import type { Attributor } from '../../src/attribution/attributor.ts'
import { resolveQuestion } from '../../src/attribution/resolve.ts'
import type { Contribution } from '../../src/attribution/result.ts'
import type { IndirectObject } from '../corpus/ioi.ts'
import { hashFraction } from '../random.ts'
import type { Head, Predictor, Question } from './predict.ts'

export interface MaskingRow {
  what: 'tokens' | 'heads'
  masked: number
  /** Right answers left of `count`. */
  first: number
  last: number
  random: number
  count: number
}

interface Case {
  ids: number[]
  answer: number
  /** Positions that may be dropped, highest score first. */
  tokens: number[]
  heads: Head[]
}

const TOKENS = [1, 2, 3, 4]
const HEADS = [1, 2, 3, 5, 8]

export async function maskIndirectObjects(
  attributor: Attributor, predictor: Predictor, prompts: readonly IndirectObject[],
): Promise<{ rows: MaskingRow[]; answered: number; asked: number }> {
  const { tokenizer } = attributor
  if (tokenizer === null) throw new Error('the demo model has a tokenizer')
  const asked = prompts.map(({ prompt, answer }) => ({
    prompt, answer, ids: tokenizer.encode(prompt).map(({ id }) => id), target: tokenizer.encodeAnswer(prompt, answer)[0]!,
  }))
  const said = await predictor.predict(asked)
  const right = asked.filter(({ target }, i) => said[i]!.id === target)
  const questions = right.flatMap(({ prompt, answer }) => (['token', 'head'] as const).map((by) =>
    resolveQuestion({ text: prompt, target: answer, by }, attributor).request))
  const results = await attributor.attribute(questions)
  const cases = right.map(({ ids, target }, i): Case => ({
    ids, answer: target,
    // The first and the last token stay, as in the paper's protocol.
    tokens: ranked(results[2 * i]!.contributions).filter((c) => c.kind === 'token')
      .map((c) => c.index).filter((position) => position > 0 && position < ids.length - 1),
    heads: ranked(results[2 * i + 1]!.contributions).filter((c) => c.kind === 'head')
      .map((c) => ({ layer: c.layer ?? 0, head: c.index })),
  }))
  const left = async (question: (each: Case) => Question) => {
    const predictions = await predictor.predict(cases.map(question))
    return predictions.filter(({ id }, i) => id === cases[i]!.answer).length
  }
  const drop = (ids: readonly number[], positions: readonly number[]) => ids.filter((_, position) => !positions.includes(position))
  const rows: MaskingRow[] = []
  for (const masked of TOKENS) {
    rows.push({
      what: 'tokens', masked, count: cases.length,
      first: await left(({ ids, tokens }) => ({ ids: drop(ids, tokens.slice(0, masked)) })),
      last: await left(({ ids, tokens }) => ({ ids: drop(ids, tokens.slice(-masked)) })),
      random: await left(({ ids, tokens }) => ({ ids: drop(ids, shuffled(tokens, ids).slice(0, masked)) })),
    })
  }
  for (const masked of HEADS) {
    rows.push({
      what: 'heads', masked, count: cases.length,
      first: await left(({ ids, heads }) => ({ ids, without: heads.slice(0, masked) })),
      last: await left(({ ids, heads }) => ({ ids, without: heads.slice(-masked) })),
      random: await left(({ ids, heads }) => ({ ids, without: shuffled(heads, ids).slice(0, masked) })),
    })
  }
  return { rows, answered: right.length, asked: prompts.length }
}

const ranked = (contributions: readonly Contribution[]) =>
  [...contributions].sort((a, b) => b.score - a.score).map(({ component }) => component)

/** In an order that depends on nothing but the prompt. */
const shuffled = <T>(from: readonly T[], ids: readonly number[]): T[] =>
  from.map((each) => ({ each, at: hashFraction(`${ids.join(' ')} ${JSON.stringify(each)}`) }))
    .sort((a, b) => a.at - b.at).map(({ each }) => each)
