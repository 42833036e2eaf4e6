/** Light or dark: as the system has it, unless someone chose. */
import { useSyncExternalStore } from 'react'
import { showTheme } from './islands.ts'

export type Theme = 'light' | 'dark'
const NAME = 'tributary-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

function chosen(): Theme | null {
  try {
    const kept = localStorage.getItem(NAME)
    return kept === 'light' || kept === 'dark' ? kept : null
  } catch {
    return null
  }
}

let choice = chosen()

export const currentTheme = (): Theme => choice ?? (system.matches ? 'dark' : 'light')

export function applyTheme(): void {
  showTheme(currentTheme())
}

function changed(): void {
  applyTheme()
  for (const listener of listeners) listener()
}

system.addEventListener('change', changed)

export function chooseTheme(theme: Theme): void {
  choice = theme
  try {
    localStorage.setItem(NAME, theme)
  } catch {
    // The choice then lasts until the page is left.
  }
  changed()
}

export const useTheme = (): Theme =>
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentTheme)
