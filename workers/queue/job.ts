/**
 * What a job says, and its life.
 *
 *     asked ──▶ waiting ──claimed──▶ active ──▶ done
 *                  ▲                   │ ├────▶ failed
 *                  └──── given back ───┘ └────▶ cancelled
 *
 *  waiting    in the queue. Another request for the same key joins the job, and moves it ahead if it would now come sooner.
 *  active     a worker has claimed it, with others, and renews its lease every few seconds. It computes what it claimed
 *             in chunks of about a second, the most urgent first.
 *  done       set in the transaction that stores the result. The job says nothing more; it is deleted after an hour.
 *  failed     it was refused for good, or used up its attempts. Its output says why, and a copy of it tells the runs
 *             that waited. It is deleted after a week.
 *  cancelled  someone cancelled it. Stopping a run deletes the jobs that only this run waits for.
 *
 *  A claimed job goes back to waiting, and uses up no attempt, when
 *   - its worker stops, or bulk work yields to someone who waits (sweeps do so in the middle of a job, too);
 *   - the batch is more than the worker does in some seconds, so others can begin sooner;
 *   - another worker has the model, the engine or the memory that this one lacks;
 *   - the database has no room to store results. The job then pauses, however long that lasts.
 *  It goes back and uses up an attempt when its worker died or hung (its lease ran out), or when the failure may pass
 *  (a lost connection). A job that failed once is next taken with few others, then alone, because it may kill its workers.
 */
import { z } from 'zod'

/** What a job of every kind says. */
export const jobEnvelope = {
  modelHash: z.string(),
  /** The engine that the key was made for. */
  engine: z.string(),
  /** The key of the stored result; also the job's singleton key. */
  key: z.string(),
  /** Needed arithmetic, planned when the job was asked for; 0 if it could not be planned. */
  flops: z.number().nonnegative().default(0),
  /** The run that asked first. The job takes its turn among the work of that run (`fair.ts`). */
  runId: z.int().positive().optional(),
  /** The first request that asked, for the logs. */
  requestId: z.string().optional(),
  /** Hashes of the stored vectors that the job names. These vectors are kept as long as the job is open. */
  vectors: z.array(z.string()).default([]),
}

const envelopeSchema = z.looseObject({ kind: z.string().default('attribution'), ...jobEnvelope })
/** Jobs of earlier versions have no kind: they were all attributions. */
export type JobEnvelope = z.infer<typeof envelopeSchema>
export const readEnvelope = (data: unknown) => envelopeSchema.safeParse(data)

/** Why a job failed, in its `output`. */
export const jobErrorSchema = z.object({ code: z.string(), message: z.string() })
export type JobError = z.infer<typeof jobErrorSchema>

export type Urgency = 'interactive' | 'bulk'
/** Bulk work has priority 0 or less; the lower it is, the later its turn comes (`fair.ts`). */
export const priorities: Record<Urgency, number> = { interactive: 100, bulk: 0 }
