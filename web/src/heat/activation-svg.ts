/** Examples of a feature as a picture that stands on its own. */
import { css, inkOn, palettes, shade } from '../plot/palette.ts'
import type { Theme } from '../state/theme.ts'
import { score, visible } from '../ui/words.ts'
import { escapeText, measurer } from './svg-text.ts'

const WIDTH = 980
const MARGIN = 24
/** Where texts begin: numbers stand before them. */
const INDENT = 92
const LINE = 22
const FONT_SIZE = 13

interface Row {
  value: number
  tokens: readonly string[]
  values: readonly number[]
}

interface Group {
  title: string
  rows: readonly Row[]
}

export function activationSvg(groups: readonly Group[], largest: number, theme: Theme, title: string): string {
  const measure = measurer(FONT_SIZE)
  const { surface, ink, muted } = palettes[theme]
  const pieces: string[] = []
  let y = MARGIN + 12
  const text = (x: number, content: string, colour: string, more = '') =>
    pieces.push(
      `<text x="${x.toFixed(1)}" y="${y}" font-size="${FONT_SIZE}" fill="${colour}" xml:space="preserve" ${more}>${escapeText(content)}</text>`,
    )
  text(MARGIN, title, css(ink), 'font-weight="600"')
  for (const { title: name, rows } of groups) {
    y += LINE * 1.6
    text(MARGIN, name, css(muted))
    for (const { value, tokens, values } of rows) {
      y += LINE
      text(INDENT - 12, score(value), css(muted), 'text-anchor="end"')
      let x = INDENT
      for (const [at, token] of tokens.entries()) {
        const shown = visible(token)
        const width = measure(shown)
        if (x + width > WIDTH - MARGIN && x > INDENT) {
          x = INDENT
          y += LINE
        }
        const strength = values[at] ?? 0
        if (strength !== 0) {
          pieces.push(
            `<rect x="${x.toFixed(1)}" y="${y - 14}" width="${width.toFixed(1)}" height="${LINE - 3}" rx="3" fill="${shade(strength, largest, theme)}"/>`,
          )
        }
        text(x, shown, strength === 0 ? css(ink) : inkOn(strength, largest, theme))
        x += width
      }
    }
  }
  const height = y + MARGIN
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif">`,
    `<rect width="100%" height="100%" fill="${css(surface)}"/>`,
    ...pieces,
    '</svg>',
  ].join('\n')
}
