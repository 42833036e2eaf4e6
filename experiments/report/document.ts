/** A report as data, which pages, terminals and GraphQL each show in their own way. */
import { z } from 'zod'

const cell = z.union([z.string(), z.number(), z.null()])
export type Cell = z.infer<typeof cell>

const tableSchema = z.object({
  title: z.string(),
  headings: z.array(z.string()),
  /** Numbers as measured; they are rounded only when shown. */
  rows: z.array(z.array(cell)),
})
export type Table = z.infer<typeof tableSchema>

const figureSchema = z.object({
  title: z.string(),
  /** A whole SVG document that needs nothing else. */
  svg: z.string(),
})
export type Figure = z.infer<typeof figureSchema>

const sectionSchema = z.object({
  heading: z.string(),
  /** Sentences. */
  text: z.array(z.string()),
  figures: z.array(figureSchema),
  tables: z.array(tableSchema),
})
export type Section = z.infer<typeof sectionSchema>

/** The report as it is made here and stored as JSON. */
export const reportSchema = z.object({
  title: z.string(),
  /** What was asked, and where it is in the paper: pairs of a name and a value. */
  facts: z.array(z.tuple([z.string(), z.string()])),
  sections: z.array(sectionSchema),
})
export type Report = z.infer<typeof reportSchema>

/** For people: 0.8132 → 0.813; large and tiny numbers are written differently. Reports keep the measured numbers. */
export function rounded(value: number): string {
  const magnitude = Math.abs(value)
  if (value === 0 || Number.isInteger(value)) return String(value)
  if (magnitude < 1e-3 || magnitude >= 1e6) return value.toExponential(2)
  return magnitude < 10 ? value.toFixed(3) : value.toFixed(1)
}

export const shown = (cell: Cell): string => (cell === null ? '–' : typeof cell === 'number' ? rounded(cell) : cell)
