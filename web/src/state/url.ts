/** How the state of a view is written in its address. So a finding can be shared as a link, and Back undoes a step. */

/** How one part of a view's state is written; `fallback` is never written. */
interface Part<T> {
  fallback: T
  read(text: string): T | null
  write(value: T): string
}

export const text = (fallback = ''): Part<string> => ({ fallback, read: (value) => value, write: (value) => value })

export const oneOf = <const T extends string>(values: readonly T[], fallback: NoInfer<T>): Part<T> => ({
  fallback,
  read: (value) => values.find((each) => each === value) ?? null,
  write: (value) => value,
})

/** null: not said. */
export const number = (fallback: number | null = null): Part<number | null> => ({
  fallback,
  read: (value) => (value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : null),
  write: (value) => String(value),
})

export type Parts = Record<string, Part<never> | Part<string> | Part<number | null>>
export type StateOf<P extends Parts> = { [K in keyof P]: P[K] extends Part<infer T> ? T : never }

/** Parts that cannot be read are ignored. */
export function readState<P extends Parts>(parts: P, search: string): StateOf<P> {
  const given = new URLSearchParams(search)
  const entries = Object.entries(parts).map(([name, part]) => {
    const value = given.get(name)
    return [name, (value === null ? null : part.read(value)) ?? part.fallback]
  })
  return Object.fromEntries(entries) as StateOf<P>
}

export function writeState<P extends Parts>(parts: P, state: StateOf<P>): string {
  const written = new URLSearchParams()
  for (const [name, part] of Object.entries(parts)) {
    const value = state[name]
    if (value !== part.fallback && value !== null && value !== undefined) written.set(name, (part.write as (v: unknown) => string)(value))
  }
  return written.toString()
}
