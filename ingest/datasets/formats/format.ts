/** What a dataset format is: how to recognise its records and how to read one. */
import { z } from 'zod'
import { kindOf } from '../broken.ts'
import type { Prompt } from '../record.ts'
import type { Fields, Raw } from './fields.ts'

export const formatNames = [
  'known', 'ioi', 'longra', 'counterfact', 'truthfulqa', 'choices', 'winogrande', 'blimp', 'lambada', 'harness',
  'qa', 'probe', 'jsonl',
] as const
export type FormatName = (typeof formatNames)[number]

/** What only many records of a file can tell. */
export interface FileFacts {
  /** If answers are numbers: whether options are counted from 0 or from 1; null if nothing tells. */
  optionsFrom: 0 | 1 | null
}

export interface DatasetFormat {
  name: FormatName
  /** The fields that matter, for messages. */
  fields: string
  /**
   * Decides by the names of a record's fields. `record` is for formats whose names do not suffice; it is empty if there
   * is none.
   */
  recognises(fields: Fields, record: Raw): boolean
  /** One record with these fields as found in the file → its prompts. */
  schemaFor(fields: Fields, facts: FileFacts): z.ZodType<Prompt[]>
}

/** Text that a model can be asked to continue, or that it should say. */
export const filled = z.string().refine((text) => text.trim() !== '', 'is blank')

/** A record that a reader refuses. `why` completes the sentence "has a "field" that …". */
export class Refused extends Error {
  constructor(
    readonly field: string,
    readonly why: string,
  ) {
    super(`${field} ${why}`)
  }
}

export const objects = z.custom<Raw>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))

/**
 * A schema from a function, for formats that no schema of fields describes. A `Refused` that `read` throws is the
 * record's fault.
 */
export const reader = (read: (raw: Raw) => Prompt[]): z.ZodType<Prompt[]> =>
  objects.transform((raw, context) => {
    try {
      return read(raw)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      context.addIssue({ code: 'custom', path: [error.field], message: error.why })
      return z.NEVER
    }
  })

/** The text of a field that must have one. */
export function textIn(raw: Raw, field: string): string {
  const value = raw[field]
  if (value === undefined) throw new Refused(field, 'is missing')
  if (typeof value !== 'string') throw new Refused(field, `is ${kindOf(value)} where text was expected`)
  if (value.trim() === '') throw new Refused(field, 'is blank')
  return value
}

/** The text of an optional field; null if it has none. */
export function optionalText(raw: Raw, field: string | null): string | null {
  const value = field === null ? null : raw[field]
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** A question as the field's benchmarks put it to a model that continues texts. */
export const asQuestion = (question: string): string => `Q: ${question}\nA:`

/** `extra` with the values that were read out of the record, added under names that the record does not use itself. */
export function withFound(
  extra: Record<string, unknown>,
  found: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const added = Object.entries(found).filter(([name, value]) => !(name in extra) && !isNothing(value))
  return added.length > 0 ? { ...extra, ...Object.fromEntries(added) } : extra
}

const isNothing = (value: unknown) =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0)
