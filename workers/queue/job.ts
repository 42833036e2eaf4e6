/**
 * What a job says, and its life.
 *
 *     asked ──▶ waiting ──claimed──▶ active ──▶ done
 *                  ▲                   │ ├────▶ failed
 *                  └──── given back ───┘ └────▶ cancelled
 *
 *  waiting    in the queue. Whoever asks for the same key joins it, and moves it ahead where it would come sooner now.
 *  active     a worker has claimed it, with others, and renews its lease every few seconds. It computes what it claimed
 *             in chunks of about a second, the most urgent first.
 *  done       the result is stored, in the same transaction. The job says nothing more; it is deleted after an hour.
 *  failed     it was refused for good, or used up its attempts. Its output says why, and a copy of it tells the runs
 *             that waited. It is deleted after a week.
 *  cancelled  someone called it off. Stopping a run deletes the jobs that only this run waits for.
 *
 *  A claimed job goes back to waiting, and uses up no attempt, when
 *   - its worker stops, or bulk work yields to someone who waits (sweeps do so in the middle of a job, too);
 *   - the batch is more than the worker does in some seconds, so others can begin sooner;
 *   - another worker has the model, the engine or the memory that this one lacks;
 *   - the database has no room to store results. The job then pauses, however long that lasts.
 *  It goes back and uses up an attempt when its worker died or hung (its lease ran out), or when the failure may pass
 *  (a lost connection). A job that failed once is next taken with few others, then alone: it may be what killed them.
 */
import { z } from 'zod'

/** What a job of every kind says. */
export const jobEnvelope = {
  modelHash: z.string(),
  /** The engine that the key was made for. */
  engine: z.string(),
  /** What the result is stored under; also the job's singleton key. */
  key: z.string(),
  /** Needed arithmetic, as whoever asked has planned it; 0 where it could not be planned. */
  flops: z.number().nonnegative().default(0),
  /** The run that asked first, among whose work it has its turn (`fair.ts`). */
  runId: z.int().positive().optional(),
  /** The first request that asked, for the logs. */
  requestId: z.string().optional(),
  /** Hashes of the stored vectors that the job names, which are kept as long as it is open. */
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
/** Bulk work has this or less: how much less says when its turn comes (`fair.ts`). */
export const priorities: Record<Urgency, number> = { interactive: 100, bulk: 0 }
