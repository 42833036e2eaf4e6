/** A figure's SVG as PNG, with the font that the project brings along: the same picture on every machine. */
import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'
import { FONT } from './plot.ts'

const resolve = createRequire(import.meta.url).resolve
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => resolve(`dejavu-fonts-ttf/ttf/${name}`))

/** Twice as many pixels as the drawing's own, for screens that have them. */
const ZOOM = 2

export function toPng(svg: string): Uint8Array {
  const drawing = new Resvg(svg, {
    background: 'white', fitTo: { mode: 'zoom', value: ZOOM },
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT, sansSerifFamily: FONT },
  })
  return drawing.render().asPng()
}
