/**
 * Colours of scores: orange for, blue against, and the page's own colour between. People with any colour vision can
 * tell them apart.
 */
import type { Theme } from '../state/theme.ts'

type Rgb = readonly [number, number, number]

interface Palette {
  surface: Rgb
  ink: Rgb
  muted: Rgb
  line: Rgb
  positive: Rgb
  negative: Rgb
  accent: Rgb
}

/** The same as in styles/base.css: pictures that are copied have no style sheet. */
export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    surface: [255, 255, 255], ink: [26, 32, 38], muted: [90, 101, 112], line: [226, 223, 215],
    positive: [214, 98, 24], negative: [33, 105, 178], accent: [15, 110, 117],
  },
  dark: {
    surface: [23, 30, 36], ink: [232, 236, 239], muted: [152, 164, 174], line: [44, 55, 64],
    positive: [240, 142, 62], negative: [84, 160, 240], accent: [92, 190, 196],
  },
}

export const css = ([r, g, b]: Rgb): string => `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`

const between = (a: Rgb, b: Rgb, t: number): Rgb => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]

/** Exponent of the scale of shades; on a linear scale small scores could not be seen. */
const EXPONENT = 0.75
const STRONGEST = 0.92

/** 0 … 1: the strength of the colour for a score, relative to the largest |score|. */
export const strength = (value: number, largest: number): number =>
  largest === 0 ? 0 : Math.min(1, Math.abs(value) / largest) ** EXPONENT * STRONGEST

export function shade(value: number, largest: number, theme: Theme): string {
  const { surface, positive, negative } = palettes[theme]
  return css(between(surface, value < 0 ? negative : positive, strength(value, largest)))
}

/** The colour of text on a shade: whichever of the two has more contrast. */
export function inkOn(value: number, largest: number, theme: Theme): string {
  const isStrong = strength(value, largest) > (theme === 'light' ? 0.62 : 0.5)
  if (!isStrong) return css(palettes[theme].ink)
  return theme === 'light' ? 'rgb(255 255 255)' : 'rgb(14 19 23)'
}

export const largestOf = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
