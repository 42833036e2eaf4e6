/** Workers of the command line: one for as long as a command runs, or one until it is told to stop. */
import { once } from 'node:events'
import { resolveConfig, type Config, type ConfigFlags } from '../../src/config.ts'
import { describeAddress } from '../../src/postgres/connect.ts'
import { startWorker } from '../../workers/index.ts'
import type { CliContext } from '../context.ts'
import { workerEngine } from '../engine.ts'
import { openLog, silentLog } from '../log.ts'
import { watchParent } from '../parent-watch.ts'
import { withDatabase } from '../store.ts'

/** With null the action runs alone. */
export async function withWorker<T>(here: { config: Config; url: string } | null, action: () => Promise<T>): Promise<T> {
  if (here === null) return action()
  const worker = await startWorker({
    databaseUrl: here.url,
    ...(await workerEngine(here.config)),
    // Failures are recorded in the jobs and the run; a log would only break the progress bar.
    logger: silentLog(),
  })
  try {
    return await action()
  } finally {
    await worker.stop()
  }
}

interface WorkFlags extends ConfigFlags {
  interactiveOnly: boolean
  /** Says nothing when all goes well. */
  quiet: boolean
}

export async function work({ interactiveOnly, quiet, ...flags }: WorkFlags, context: CliContext): Promise<void> {
  const config = resolveConfig(flags, context.environment)
  await withDatabase(config, async (url) => {
    watchParent()
    const worker = await startWorker({
      databaseUrl: url,
      ...(await workerEngine(config)),
      interactiveOnly,
      logger: openLog('worker', config.logLevel),
    })
    if (!quiet) context.say(`Worker waits for jobs of ${describeAddress(url)}; Ctrl-C ends it.\n`)
    if (!context.signal.aborted) await once(context.signal, 'abort')
    await worker.stop()
  }, context.signal)
}
