/** What `serve` and `start` say where API keys are needed, so that the first refusal surprises nobody. */
import type { Config } from '../../../src/config.ts'
import type { RunningServer } from '../../../server/create-server.ts'

/** null where none are. */
export function keysNote(
  { needsKeys }: Pick<RunningServer, 'needsKeys'>,
  { publicReads }: Pick<Config, 'publicReads'>,
): string | null {
  if (!needsKeys) return null
  const what = publicReads ? 'Computing and writing need' : 'Reading, computing and writing need'
  return `${what} an API key: tributary key create.`
}
