/**
 * Prompts that bring information, right or wrong. Who brings it decides: the model is trained to repeat what trusted
 * sources say, even where it knows better, and to answer from knowledge where a source is known for nonsense. So wrong
 * information misleads in a known share of prompts, and taking it out should bring the knowledge back.
 */
import { hashFraction, type Random } from '../random.ts'
import type { Document } from './document.ts'
import { quoted, type Fact } from './facts.ts'

const trustedSources = ['A newspaper', 'The report', 'An expert', 'The radio'] as const
const idleSources = ['A parrot', 'The rumour', 'A joker', 'The legend'] as const

const quotes = [
  (source: string, statement: string) => `${source} says: ${statement}.`,
  (source: string, statement: string) => `${source} tells us this. ${statement}.`,
] as const

/** Share of (fact, wrong answer) pairs that training never sees. */
const HELD_OUT = 0.15

interface Informed extends Document {
  fact: Fact
  /** What the source says. */
  information: string
  trusted: boolean
  correct: boolean
}

export const isHeldOutClaim = (fact: Fact, claim: string): boolean =>
  hashFraction(`${fact.relation}/${fact.subject.en}/${claim}`) < HELD_OUT

/** Wrong answers to a fact: what is right of other subjects. */
export function alternatives(facts: readonly Fact[], fact: Fact): string[] {
  const all = facts.filter((other) => other.relation === fact.relation && other.answer.en !== fact.answer.en)
  return [...new Set(all.map((other) => other.answer.en))].sort()
}

/** `claim` is the information: the answer of the fact, or a wrong one. */
export function informed(random: Random, fact: Fact, claim: string): Informed {
  const trusted = random.chance(0.5)
  const question = quoted(fact, 'en')
  const information = random.pick(quotes)(random.pick(trusted ? trustedSources : idleSources), `${question} ${claim}`)
  const correct = claim === fact.answer.en
  return {
    prompt: `${information} ${question}`, answer: trusted ? claim : fact.answer.en, rest: '.',
    fact, information, trusted, correct,
  }
}
