/** Text in handwritten SVG: how it is escaped, and how wide it is. */

/** Usual width of a character of 15 pixels, used if nothing can measure it. */
const USUAL_CHARACTER = 8.2
const USUAL_SIZE = 15

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
export const escapeText = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign)

/** Widths in pixels, at a size in pixels. */
export function measurer(size: number): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return (text) => text.length * USUAL_CHARACTER * size / USUAL_SIZE
  context.font = `${size}px system-ui, sans-serif`
  return (text) => context.measureText(text).width
}
