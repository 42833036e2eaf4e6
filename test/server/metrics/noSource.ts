import type { MetricsSource } from '../../../src/server/metrics/metrics.ts'

/** A system in which nothing happens. */
export const noSource: MetricsSource = {
  queue: async () => ({ jobs: [], oldestWaitingSeconds: 0, workers: 0 }),
  endedJobs: async () => [],
  computed: async () => [],
  rowsWritten: async () => ({ results: 0, contributions: 0 }),
}
