/**
 * What is dear to open (a model compiles its programs: 9 ms each, several dozen of them) is opened once for all tests of a
 * file and closed after the last. A test that is about opening itself, or about what a model does when it is new, opens its own.
 */
import { afterAll } from 'vitest'

interface Closable {
  close(): Promise<void>
}

/** `open`, which gives what it gave before where `keyOf` says that the same is asked for. */
export function openedOnce<Asked extends readonly unknown[], Opened extends Closable>(
  open: (...asked: Asked) => Promise<Opened>, keyOf: (...asked: Asked) => string = (...asked) => JSON.stringify(asked),
): (...asked: Asked) => Promise<Opened> {
  const opened = new Map<string, Promise<Opened>>()
  afterAll(async () => {
    const all = await Promise.allSettled(opened.values())
    opened.clear()
    for (const each of all) if (each.status === 'fulfilled') await each.value.close()
  })
  return (...asked) => {
    const key = keyOf(...asked)
    const known = opened.get(key)
    if (known !== undefined) return known
    const made = open(...asked)
    opened.set(key, made)
    return made
  }
}
