/** The picture as an SVG that needs nothing else, with the scores that say how far to trust it. */
import { css, palettes } from '../../plot/palette.ts'
import { tokenName } from '../../ui/words.ts'
import { captionsOf, type Picture } from './canvas.ts'
import { colourOf, fillOf, KIND_NAMES, opacityOf, outline, route, widthOf } from './marks.ts'

const HEAD = 34
const FOOT = 30

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign)
const fixed = (value: number): string => value.toFixed(1)

interface Captions {
  title: string
  below: string
}

export function graphSvg({ layout, tokens, strands, chosen, theme }: Picture, { title, below }: Captions): string {
  const { surface, ink, muted, line, accent } = palettes[theme]
  const { width, height, radius, rows, nodes } = layout
  const shown = chosen ? chosen.strands : strands
  const whole = height + HEAD + FOOT
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="system-ui, sans-serif">`,
    `<rect width="100%" height="100%" fill="${css(surface)}"/>`,
    `<text x="12" y="22" font-size="14" font-weight="600" fill="${css(ink)}">${escape(title)}</text>`,
    `<g transform="translate(0 ${HEAD})">`,
    ...rows.map(({ label, y }) =>
      `<line x1="66" x2="${width - 12}" y1="${fixed(y)}" y2="${fixed(y)}" stroke="${css(line)}"/><text x="4" y="${fixed(y + 4)}" font-size="11" fill="${css(muted)}">${escape(label)}</text>`),
    '<g fill="none">',
    ...shown.map((strand) =>
      `<path d="${route(strand) ?? ''}" stroke="${colourOf(strand, theme)}" stroke-width="${fixed(widthOf(strand))}" stroke-opacity="${opacityOf(strand).toFixed(2)}"/>`),
    '</g>',
    ...nodes.map(({ node, x, y }) =>
      `<path d="${outline(node.kind, radius) ?? ''}" transform="translate(${fixed(x)} ${fixed(y)})" fill="${fillOf(node, theme)}" stroke="${css(accent)}"><title>${escape(`${KIND_NAMES[node.kind]} ${tokenName(node.label)}`)}</title></path>`),
    ...captionsOf(layout, tokens).map(({ x, y, text, angle }) =>
      `<text font-size="12" fill="${css(ink)}" transform="translate(${fixed(x)} ${fixed(y)}) rotate(${angle})"${angle === 0 ? ' text-anchor="middle"' : ''}>${escape(text)}</text>`),
    '</g>',
    `<text x="12" y="${whole - 12}" font-size="12" fill="${css(muted)}">${escape(below)}</text>`,
    '</svg>',
  ].join('\n')
}
