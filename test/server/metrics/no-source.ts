import type { MetricsSource } from '../../../server/metrics/metrics.ts'

/** A system in which nothing happens. */
export const noSource: MetricsSource = {
  queue: async () => ({ jobs: [], oldestWaitingSeconds: 0, workers: 0 }),
  workers: async () => [],
  runs: async () => [],
  failures: async () => [],
  endedJobs: async () => [],
  computed: async () => [],
  rowsWritten: async () => ({ results: 0, contributions: 0 }),
}
