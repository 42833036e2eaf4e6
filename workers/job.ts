/** What a job says. One request each: that is what can be asked twice, overtaken, cancelled and fail on its own. */
import { z } from 'zod'
import { attributionRequestSchema } from '../src/attribution/request.ts'

export const jobDataSchema = z.strictObject({
  modelHash: z.string(),
  /** The `engine` that the key was made for. */
  engine: z.string(),
  /** `resultKey` of the request; also the job's singleton key. */
  key: z.string(),
  request: attributionRequestSchema,
  /** The first request that asked, for the logs. */
  requestId: z.string().optional(),
})
export type JobData = z.infer<typeof jobDataSchema>

/** Why a job failed, in its `output`. */
export const jobErrorSchema = z.object({ code: z.string(), message: z.string() })
export type JobError = z.infer<typeof jobErrorSchema>

export type Urgency = 'interactive' | 'bulk'
export const priorities: Record<Urgency, number> = { interactive: 100, bulk: 0 }
