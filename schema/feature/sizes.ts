/** Sizes of lists that are short enough to come without pages. */
import { UserError } from '../../src/errors.ts'

export function requireListSize(what: string, size: number, most: number): number {
  if (Number.isInteger(size) && size >= 1 && size <= most) return size
  throw new UserError(size > most ? 'TOO_LARGE' : 'BAD_INPUT', `${size} ${what} were asked for; it can be 1 to ${most}.`)
}

const MOST_SEARCHED = 200

/** Text that is looked for. */
export function searchedText(text: string): string {
  if (text.trim() === '') throw new UserError('BAD_INPUT', 'The text to look for is blank; give at least a word.')
  if (text.length > MOST_SEARCHED) {
    throw new UserError('TOO_LARGE', `The text to look for has ${text.length} characters, and the limit is ${MOST_SEARCHED}; give a few words.`)
  }
  return text
}
