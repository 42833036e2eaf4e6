/** What people call by the number that the command line prints, and programs by a global id. */
import { decodeGlobalID } from '@pothos/plugin-relay'
import { UserError } from '../src/errors.ts'

/** A number is no more than 32 bits. */
const NUMBER = /^[1-9]\d{0,8}$/

/** The one that is meant, for the database. Refuses (BAD_INPUT) what names none. */
export function namedBy(type: 'Run' | 'Experiment', id: string): { id: number } | { key: string } {
  if (NUMBER.test(id)) return { id: Number(id) }
  try {
    const { typename, id: key } = decodeGlobalID(id)
    if (typename === type) return { key }
  } catch {
    // No global id at all.
  }
  const name = type.toLowerCase()
  throw new UserError('BAD_INPUT', `${JSON.stringify(id)} names no ${name}; expected the global id of ${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}, or its number.`)
}
