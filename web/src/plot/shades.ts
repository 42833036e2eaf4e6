/** A matrix as an image, one pixel a cell. */
import type { Theme } from '../state/theme.ts'
import { shade } from './palette.ts'

/** Shades on either side of nothing. */
const SHADES = 255
const CHANNELS = 4
const OPAQUE = 255

/** [2 · SHADES + 1][RGBA], from the full colour against to the full colour for. */
function coloursOf(theme: Theme): Uint8ClampedArray {
  const colours = new Uint8ClampedArray((2 * SHADES + 1) * CHANNELS)
  for (let at = 0; at <= 2 * SHADES; at++) {
    const [r = 0, g = 0, b = 0] = (shade(at - SHADES, SHADES, theme).match(/\d+/g) ?? []).map(Number)
    colours.set([r, g, b, OPAQUE], at * CHANNELS)
  }
  return colours
}

/** The address of an image of [rows][columns] values; `most` has the full colour. Empty where nothing can be drawn. */
export function shadesOf(values: readonly (readonly number[])[], most: number, theme: Theme): string {
  const canvas = document.createElement('canvas')
  canvas.width = values[0]?.length ?? 0
  canvas.height = values.length
  const context = canvas.getContext('2d')
  if (!context || canvas.width === 0 || canvas.height === 0) return ''
  // Pixels are looked up as whole numbers, so that half a million values need no objects.
  const colours = new Uint32Array(coloursOf(theme).buffer)
  const image = context.createImageData(canvas.width, canvas.height)
  const pixels = new Uint32Array(image.data.buffer)
  const scale = most === 0 ? 0 : SHADES / most
  let pixel = 0
  for (const row of values) {
    for (const value of row) pixels[pixel++] = colours[Math.round(Math.max(-SHADES, Math.min(SHADES, value * scale))) + SHADES] ?? 0
  }
  context.putImageData(image, 0, 0)
  return canvas.toDataURL()
}
