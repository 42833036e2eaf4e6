/** A matrix as an image, one pixel a cell. */
import type { Theme } from '../state/theme.ts'
import { shade } from './palette.ts'

/** Numbers beside each other, in an array of either kind: a long matrix comes as floats, and need not be copied. */
export type Row = ArrayLike<number> & Iterable<number>

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

/** 500 × 500 cells at once would be a task of 15 ms, on a computer of average speed. */
const CELLS_A_TASK = 50_000
const otherTasks = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve))

/**
 * The address of an image of [rows][columns] values; `most` has the full colour. Empty where nothing can be drawn. Cells are
 * painted in several tasks, and the browser compresses the image between others: at once (`toDataURL`), 500 × 500 would be a
 * task of 20 ms.
 */
export async function shadesOf(values: readonly Row[], most: number, theme: Theme): Promise<string> {
  const canvas = await canvasOf(values, most, theme)
  return new Promise((resolve) => (canvas ? canvas.toBlob((blob) => resolve(blob ? addressOf(blob) : '')) : resolve('')))
}

/** As data, not as an address of this page alone: a copied picture contains it. */
function addressOf(blob: Blob): Promise<string> {
  const reader = new FileReader()
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error ?? new Error('the image of a matrix cannot be read'))
    reader.readAsDataURL(blob)
  })
}

async function canvasOf(values: readonly Row[], most: number, theme: Theme): Promise<HTMLCanvasElement | null> {
  const canvas = document.createElement('canvas')
  canvas.width = values[0]?.length ?? 0
  canvas.height = values.length
  const context = canvas.getContext('2d')
  if (!context || canvas.width === 0 || canvas.height === 0) return null
  // Pixels are looked up as whole numbers, so that half a million values need no objects.
  const colours = new Uint32Array(coloursOf(theme).buffer)
  const scale = most === 0 ? 0 : SHADES / most
  const rowsATask = Math.max(1, Math.floor(CELLS_A_TASK / canvas.width))
  for (let from = 0; from < values.length; from += rowsATask) {
    if (from > 0) await otherTasks()
    const rows = values.slice(from, from + rowsATask)
    const image = context.createImageData(canvas.width, rows.length)
    const pixels = new Uint32Array(image.data.buffer)
    let pixel = 0
    for (const row of rows) {
      for (const value of row) pixels[pixel++] = colours[Math.round(Math.max(-SHADES, Math.min(SHADES, value * scale))) + SHADES] ?? 0
    }
    context.putImageData(image, 0, from)
  }
  return canvas
}
