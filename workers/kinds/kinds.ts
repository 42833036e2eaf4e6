/** All kinds of jobs that workers do, by name. A kind is one file beside this one and one line in each table. */
import { attentionJob, type AttentionJob } from './attention.ts'
import { attributionJob, type AttributionJob } from './attribution.ts'
import { graphJob, type GraphJob } from './graph.ts'
import { interventionJob, type InterventionJob } from './intervention.ts'
import { experimentJob, type ExperimentJob } from './experiment.ts'
import type { JobKindOf, ReadyJob } from './kind.ts'
import { lookupJob, type LookupJob } from './lookup.ts'
import { sweepJob, type SweepJob } from './sweep.ts'
import type { JobEnvelope } from '../queue/job.ts'

interface Jobs {
  attribution: AttributionJob
  intervention: InterventionJob
  graph: GraphJob
  attention: AttentionJob
  experiment: ExperimentJob
  lookup: LookupJob
  sweep: SweepJob
}
export type JobKindName = keyof Jobs

const table: { readonly [K in JobKindName]: JobKindOf<Jobs[K], never> } = {
  attribution: attributionJob as JobKindOf<AttributionJob, never>,
  intervention: interventionJob as JobKindOf<InterventionJob, never>,
  graph: graphJob as JobKindOf<GraphJob, never>,
  attention: attentionJob as JobKindOf<AttentionJob, never>,
  experiment: experimentJob as JobKindOf<ExperimentJob, never>,
  lookup: lookupJob as JobKindOf<LookupJob, never>,
  sweep: sweepJob as JobKindOf<SweepJob, never>,
}

/** A kind without its own types. It computes only jobs that it has made ready itself. */
export type JobKind = JobKindOf<JobEnvelope, ReadyJob>

/** null for a name that this version does not know. */
export const jobKindOf = (name: string): JobKind | null =>
  // Safe, because each entry is given only what it made itself.
  Object.hasOwn(table, name) ? (table[name as JobKindName] as unknown as JobKind) : null
