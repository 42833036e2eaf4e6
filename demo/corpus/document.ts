import type { Tongue } from '../world/language.ts'

/** A piece of text that the model learns from, and what in it can be known. */
export interface Document {
  /** Everything before the answer. */
  prompt: string
  /** What follows it, as a word of its own; empty where nothing in particular is asked. */
  answer: string
  /** What comes after the answer. */
  rest: string
}

/** What a sampled document is about, which the model is not told. */
export interface Sampled extends Document {
  about: string
  tongue: Tongue
}

/** As the model sees it. */
export const textOf = ({ prompt, answer, rest }: Document): string =>
  (answer === '' ? prompt : `${prompt} ${answer}`) + rest
