/**
 * Where the explorer is, and how it goes elsewhere. A step that replaces the last one counts at once, but is written into the
 * browser's address bar only when such steps pause: a browser lays out its bar at every change (20 ms for a text of 500
 * tokens), and Safari refuses the hundredth within half a minute, which a held arrow key reaches in four seconds.
 */
import { useSyncExternalStore } from 'react'

/** A step after a pause of this length is written at once. */
const PAUSE_MS = 250

export interface Address {
  now(): string
  go(to: string, how?: { replace?: boolean; state?: unknown }): void
  onChange(listener: () => void): () => void
}

/** The window's address; one for a window, since it listens to it for good. */
export function addressOf(window: Window): Address {
  const listeners = new Set<() => void>()
  let unwritten: { to: string; state: unknown } | null = null
  let pause: number | undefined

  const tell = () => listeners.forEach((listener) => listener())
  const write = () => {
    if (unwritten) window.history.replaceState(unwritten.state, '', unwritten.to)
    unwritten = null
  }
  const startPause = () => {
    window.clearTimeout(pause)
    pause = window.setTimeout(() => {
      pause = undefined
      write()
    }, PAUSE_MS)
  }
  window.addEventListener('pagehide', write)
  window.addEventListener('popstate', () => {
    // Someone went back before the last step was written: it belonged to the entry that was left.
    unwritten = null
    tell()
  })

  return {
    now: () => unwritten?.to ?? window.location.pathname + window.location.search,
    go(to, { replace = false, state = null } = {}) {
      if (replace) {
        unwritten = { to, state }
        if (pause === undefined) write()
        startPause()
      } else {
        write()
        window.history.pushState(state, '', to)
      }
      tell()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export const address = addressOf(window)

const pathNow = (): string => address.now().split('?', 1)[0] ?? '/'
export const searchNow = (): string => address.now().slice(pathNow().length)

/** For the router, which reads and writes the address by these two. */
export const usePath = (): [string, Address['go']] => [useSyncExternalStore(address.onChange, pathNow), address.go]
export const useSearchText = (): string => useSyncExternalStore(address.onChange, searchNow)
