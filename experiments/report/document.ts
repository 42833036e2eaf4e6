/** A report as data: what pages, terminals and GraphQL show, each in its own way. */
import { z } from 'zod'

const cell = z.union([z.string(), z.number(), z.null()])
export type Cell = z.infer<typeof cell>

const tableSchema = z.object({
  title: z.string(),
  headings: z.array(z.string()),
  /** Numbers as measured; whoever shows them rounds. */
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

/** As it is made here, and as it is kept in JSON. */
export const reportSchema = z.object({
  title: z.string(),
  /** What was asked, and where the paper has it: pairs of a name and what it was. */
  facts: z.array(z.tuple([z.string(), z.string()])),
  sections: z.array(sectionSchema),
})
export type Report = z.infer<typeof reportSchema>

/** 0.8132 → 0.813; large and tiny numbers in their own ways. For people: reports keep what was measured. */
export function rounded(value: number): string {
  const magnitude = Math.abs(value)
  if (value === 0 || Number.isInteger(value)) return String(value)
  if (magnitude < 1e-3 || magnitude >= 1e6) return value.toExponential(2)
  return magnitude < 10 ? value.toFixed(3) : value.toFixed(1)
}

export const shown = (cell: Cell): string => (cell === null ? '–' : typeof cell === 'number' ? rounded(cell) : cell)
