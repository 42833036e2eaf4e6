/**
 * A worker as a process of its own, with a fake attributor, for tests that kill it. Tells its parent `ready`, and `computing`
 * with the first token of every request.
 */
import { startWorker } from '../../workers/index.ts'
import { fakeAttributor, fakeEngine } from './fake-attributor.ts'
import { silent } from './use-workers.ts'

const [databaseUrl, millisecondsEach, clockAheadMs] = process.argv.slice(2)
if (!databaseUrl) throw new Error('usage: worker-process.ts DATABASE_URL [MILLISECONDS_EACH [CLOCK_AHEAD_MS]]')
setClock(Number(clockAheadMs ?? 0))
const worker = await startWorker({
  databaseUrl,
  ...fakeEngine,
  openAttributor: async () =>
    fakeAttributor({
      millisecondsEach: Number(millisecondsEach ?? 0),
      onCall: (requests) => {
        process.send?.('computing')
        process.send?.(requests.map(({ tokenIds }) => tokenIds[0]))
      },
    }),
  logger: silent,
  pollSeconds: 0.5,
})
process.on('message', () => void worker.stop().then(() => process.exit(0)))
process.send?.('ready')

/** As if this machine's clock were wrong; timers go on as they do. */
function setClock(aheadMs: number): void {
  if (aheadMs === 0) return
  const Right = Date
  globalThis.Date = class extends Right {
    constructor(...given: []) {
      if (given.length > 0) super(...given)
      else super(Right.now() + aheadMs)
    }
    static override now(): number {
      return Right.now() + aheadMs
    }
  } as DateConstructor
}
