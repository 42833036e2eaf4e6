/** What a dataset format is: how to recognise its records and how to read one. */
import { z } from 'zod'
import type { Prompt } from '../record.ts'

export const formatNames = ['known', 'ioi', 'longra', 'counterfact', 'truthfulqa', 'probe', 'jsonl'] as const
export type FormatName = (typeof formatNames)[number]

export interface DatasetFormat {
  name: FormatName
  /** The fields that matter, for messages. */
  fields: string
  /** By the names of a record's fields alone. */
  recognises(keys: ReadonlySet<string>): boolean
  /** One record as found in the file → its prompts. The schema that fits may depend on which fields it has. */
  schemaFor(keys: ReadonlySet<string>): z.ZodType<Prompt[]>
}

/** Text that a model can be asked to continue, or that it should say. */
export const filled = z.string().refine((text) => text.trim() !== '', 'is blank')

/** An object's fields without those that became the prompt itself. */
export function otherFields(record: Readonly<Record<string, unknown>>, used: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !used.includes(key)))
}
