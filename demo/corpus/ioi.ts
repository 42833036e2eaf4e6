/**
 * Indirect objects: "When Mary and John went to the store, John gave a drink to" → Mary. The one who acts is the first
 * (BABA) or the second (ABBA) of the two names.
 */
import { hashFraction, type Random } from '../random.ts'
import { firstNames } from '../world/people.ts'
import type { Document } from './document.ts'
import { objects, places } from './things.ts'

/** A and B came, S acts; O and P are an object and a place. */
const templates = [
  'When A and B went to the P, S gave a O to',
  'After A and B left the P, S handed a O to',
  'Then A and B had a long day at the P. S gave a O to',
  'A and B were at the P. S wanted to give a O to',
  'While A and B walked to the P, S brought a O to',
  'Friends A and B found a O at the P. S gave it to',
  'When A and B got a O at the P, S decided to give it to',
  'Then A and B worked at the P, and S passed a O to',
] as const

const names = [...firstNames.f, ...firstNames.m]

/** Share of pairs of names that training never sees together. */
const HELD_OUT = 0.15

/** Whether these two never meet in training. */
export function isHeldOutPair(a: string, b: string): boolean {
  return hashFraction([a, b].sort().join('+')) < HELD_OUT
}

export interface IndirectObject extends Document {
  order: 'ABBA' | 'BABA'
  /** Who acts. */
  subject: string
}

export function indirectObject(random: Random, heldOut: boolean): IndirectObject {
  let [a, b] = [random.pick(names), random.pick(names)]
  while (a === b || isHeldOutPair(a, b) !== heldOut) [a, b] = [random.pick(names), random.pick(names)]
  const order = random.chance(0.5) ? 'ABBA' : 'BABA'
  const [subject, answer] = order === 'ABBA' ? [b, a] : [a, b]
  const words: Record<string, string> = { A: a, B: b, S: subject, O: random.pick(objects), P: random.pick(places) }
  const prompt = random.pick(templates).replace(/\b[ABSOP]\b/g, (letter) => words[letter] ?? letter)
  return { prompt, answer, rest: '.', order, subject }
}
