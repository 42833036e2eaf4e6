/** The user's API key. It is kept until the tab is closed, sent as a header, and never part of an address. */
const NAME = 'tributary-api-key'

let memory = ''
const listeners = new Set<() => void>()

/** Browsers may forbid storage. The key then lasts only until the page is left. */
function stored<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(sessionStorage)
  } catch {
    return null
  }
}

export const readKey = (): string => stored((storage) => storage.getItem(NAME)) ?? memory

export function keepKey(key: string): void {
  memory = key.trim()
  stored((storage) => (memory === '' ? storage.removeItem(NAME) : storage.setItem(NAME, memory)))
  for (const listener of listeners) listener()
}

export function onKey(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
