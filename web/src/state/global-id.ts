/** Ids of the API as addresses have them: base64 of what they name, and which one. */

/** Whether an id names a thing of this type; whether it is there, only the server knows. */
export function isIdOf(type: 'Run' | 'AttributionGraph' | 'Experiment', id: string): boolean {
  try {
    return atob(id).startsWith(`${type}:`)
  } catch {
    return false
  }
}
