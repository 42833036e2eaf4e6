/** What the server and the process that reads a graph's file say to each other. */
import { z } from 'zod'
import { userErrorCodes } from '../../src/errors.ts'

export const questionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('read'), file: z.string(), databaseUrl: z.string(), engine: z.string() }),
  z.object({ kind: z.literal('save') }),
])
export type Question = z.infer<typeof questionSchema>

export const answerSchema = z.discriminatedUnion('kind', [
  /** `rows`: nodes and edges. */
  z.object({ kind: z.literal('ready'), key: z.string(), rows: z.number() }),
  z.object({ kind: z.literal('saved') }),
  z.object({ kind: z.literal('refused'), code: z.enum(userErrorCodes), message: z.string() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
])
export type Answer = z.infer<typeof answerSchema>
