/** Exports pictures of the page: as an SVG that contains everything it needs, and as PNG. */
import { escapeText } from '../heat/svg-text.ts'
import { css, palettes } from '../plot/palette.ts'
import { currentTheme } from '../state/theme.ts'

const FONT = 'system-ui, sans-serif'
/** For screens that have more dots, and for print. */
const PNG_SCALE = 2

/** Properties that a chart takes from the page's style sheet. */
const CARRIED = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'font-size', 'font-weight', 'font-family', 'text-anchor', 'font-variant-numeric']

/** A chart as text that stands on its own, on the page's background. */
export function standaloneSvg(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement
  const originals = [svg, ...svg.querySelectorAll<SVGElement>('*')]
  for (const [at, element] of [copy, ...copy.querySelectorAll<SVGElement>('*')].entries()) {
    const original = originals[at]
    if (!original) continue
    const style = getComputedStyle(original)
    for (const name of CARRIED) element.setAttribute(name, style.getPropertyValue(name))
    element.removeAttribute('class')
  }
  const { width, height } = svg.getBoundingClientRect()
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(Math.ceil(width)))
  copy.setAttribute('height', String(Math.ceil(height)))
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  ground.setAttribute('width', '100%')
  ground.setAttribute('height', '100%')
  ground.setAttribute('fill', css(palettes[currentTheme()].surface))
  copy.prepend(ground)
  copy.setAttribute('font-family', FONT)
  return new XMLSerializer().serializeToString(copy)
}

const sizeOf = (svg: string): { width: number; height: number } => {
  const [, width, height] = /^<svg [^>]*?width="([\d.]+)"[^>]*? height="([\d.]+)"/.exec(svg) ?? []
  return { width: Number(width ?? 0), height: Number(height ?? 0) }
}

const TITLE = { height: 28, baseline: 20, letter: 10 }

/** A line of text, to stand above a picture. */
export function titleSvg(title: string): string {
  const [width, { ink }] = [Math.ceil(title.length * TITLE.letter) + 2 * TITLE.letter, palettes[currentTheme()]]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${TITLE.height}" viewBox="0 0 ${width} ${TITLE.height}" font-family="${FONT}">` +
    `<text x="${TITLE.letter}" y="${TITLE.baseline}" font-size="14" font-weight="600" fill="${css(ink)}">${escapeText(title)}</text></svg>`
}

/** Pictures under each other as one. */
export function stackedSvg(svgs: readonly string[]): string {
  const sizes = svgs.map(sizeOf)
  const width = Math.max(0, ...sizes.map((each) => each.width))
  const tops = sizes.map((_, at) => sizes.slice(0, at).reduce((sum, { height }) => sum + height, 0))
  const height = sizes.reduce((sum, each) => sum + each.height, 0)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" fill="${css(palettes[currentTheme()].surface)}"/>`,
    ...svgs.map((svg, at) => svg.replace(/^<svg /, `<svg y="${tops[at] ?? 0}" `)),
    '</svg>',
  ].join('\n')
}

export async function pngOf(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width * PNG_SCALE
    canvas.height = image.height * PNG_SCALE
    const context = canvas.getContext('2d')
    if (!context) throw new Error('This browser draws no pictures.')
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be made.'))), 'image/png')
    })
  } finally {
    URL.revokeObjectURL(address)
  }
}
