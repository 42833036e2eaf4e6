/**
 * A summary of the answers in a file: how many records have one, and which other fields they keep if they have none.
 */
import { looksLikeAnswer } from './formats/answers.ts'
import type { Prompt } from './record.ts'
import { quotedName, shownName } from './text.ts'

export interface AnswerSummary {
  prompts: number
  answered: number
  /** Names of the other fields of prompts without an answer; only the first names if there are many. */
  kept: readonly string[]
}

const MOST_NAMES = 40

export class AnswerCount {
  #prompts = 0
  #answered = 0
  #kept = new Set<string>()

  add(prompts: readonly Prompt[]): void {
    this.#prompts += prompts.length
    for (const { answer, extra } of prompts) {
      if (answer !== null) this.#answered++
      else if (this.#kept.size < MOST_NAMES) for (const name of Object.keys(extra)) this.#kept.add(name)
    }
  }

  get summary(): AnswerSummary {
    return { prompts: this.#prompts, answered: this.#answered, kept: [...this.#kept].slice(0, MOST_NAMES) }
  }
}

/** What a user has to know about prompts without an answer; null if every prompt has one. */
export function describeMissing({ prompts, answered, kept }: AnswerSummary, file: string): string | null {
  if (answered === prompts) return null
  const without = prompts - answered
  const missing =
    answered === 0
      ? `No record of ${file} has an answer`
      : `${without} of the ${prompts} prompts of ${file} ${without === 1 ? 'has' : 'have'} no answer`
  const names =
    kept.length > 0
      ? `the fields kept beside the text are ${kept.map(shownName).join(', ')}`
      : 'no field is kept beside the text'
  return `${missing}, so that the model's own next token is attributed; ${names}${advice(kept.filter(looksLikeAnswer))}.`
}

function advice(alike: readonly string[]): string {
  if (alike.length === 0) return ''
  const [look, were, is] = alike.length > 1 ? ['look', 'were', 'one of them is'] : ['looks', 'was', 'it is']
  const names = alike.map(quotedName).join(' and ')
  const what = `${names} ${look} like an answer and ${were} not taken`
  return `; ${what}: if ${is}, call it "answer", or name the format with --format`
}
