/**
 * Pieces of the page that have the colours of a theme for themselves. Colours are inherited, so a change of theme styles
 * everything below anew, in one task; but that ends at an element that says its theme itself. Islands change theirs one
 * a frame, so no frame has to style a long text as a whole.
 */
const islands = new Set<HTMLElement>()
let isRunning = false

const themeOfPage = (): string => document.documentElement.dataset['theme'] ?? ''

/** For the `ref` of an element of the class `island` (styles/base.css). */
export function island(element: HTMLElement | null): (() => void) | undefined {
  if (!element) return undefined
  element.dataset['theme'] = themeOfPage()
  islands.add(element)
  return () => islands.delete(element)
}

function next(): void {
  const theme = themeOfPage()
  const [behind, ...more] = [...islands].filter(({ dataset }) => dataset['theme'] !== theme)
  if (behind) behind.dataset['theme'] = theme
  isRunning = more.length > 0
  if (isRunning) requestAnimationFrame(next)
}

/** The page's theme, then its islands' in turn. */
export function showTheme(theme: string): void {
  document.documentElement.dataset['theme'] = theme
  if (isRunning || islands.size === 0) return
  isRunning = true
  requestAnimationFrame(next)
}
