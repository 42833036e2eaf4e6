/** Ids of the API as addresses have them: base64 of what they name, and which one. */

/** As the command line counts runs and experiments. */
const NUMBER = /^[1-9]\d{0,8}$/

/** Whether a name is the number or the id of a thing of this type. */
export const isNumberOrIdOf = (type: 'Run' | 'Experiment', name: string): boolean => NUMBER.test(name) || isIdOf(type, name)

/** Whether an id names a thing of this type; whether it is there, only the server knows. */
export function isIdOf(type: 'Run' | 'AttributionGraph' | 'Experiment', id: string): boolean {
  try {
    return atob(id).startsWith(`${type}:`)
  } catch {
    return false
  }
}
