/** A heat map of tokens as a picture that stands on its own. */
import { css, inkOn, palettes, shade } from '../plot/palette.ts'
import type { Theme } from '../state/theme.ts'
import { signed, tokenName } from '../ui/words.ts'
import type { Heated } from './heat-map.tsx'
import { escapeText, measurer } from './svg-text.ts'

const WIDTH = 860
const MARGIN = 24
const PADDING = 8
const GAP = 4
const HEIGHT = 44
const LINE = HEIGHT + 8
const FONT_SIZE = 15

interface Captions {
  title: string
  /** Sum and error: a picture without them proves nothing. */
  below: string
}

export function heatSvg(parts: readonly Heated[], largest: number, theme: Theme, { title, below }: Captions): string {
  const measure = measurer(FONT_SIZE)
  const { surface, ink, muted } = palettes[theme]
  const pieces: string[] = []
  let x = MARGIN
  let y = MARGIN + 28
  for (const { text, score } of parts) {
    const shown = tokenName(text)
    const width = Math.max(measure(shown), measure(signed(score)) * 0.75) + 2 * PADDING
    if (x + width > WIDTH - MARGIN && x > MARGIN) {
      x = MARGIN
      y += LINE
    }
    const middle = x + width / 2
    const colour = inkOn(score, largest, theme)
    pieces.push(
      `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${HEIGHT}" rx="5" fill="${shade(score, largest, theme)}"/>`,
      `<text x="${middle.toFixed(1)}" y="${y + 20}" text-anchor="middle" font-size="15" fill="${colour}">${escapeText(shown)}</text>`,
      `<text x="${middle.toFixed(1)}" y="${y + 36}" text-anchor="middle" font-size="11" fill="${colour}" opacity="0.85">${signed(score)}</text>`,
    )
    x += width + GAP
  }
  const height = y + LINE + 32
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif">`,
    `<rect width="100%" height="100%" fill="${css(surface)}"/>`,
    `<text x="${MARGIN}" y="${MARGIN + 12}" font-size="14" font-weight="600" fill="${css(ink)}">${escapeText(title)}</text>`,
    ...pieces,
    `<text x="${MARGIN}" y="${y + LINE + 16}" font-size="12" fill="${css(muted)}">${escapeText(below)}</text>`,
    '</svg>',
  ].join('\n')
}
