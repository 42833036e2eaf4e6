/** A worker as a process of its own, with a fake attributor, for tests that kill it. */
import { startWorker } from '../../workers/index.ts'
import { fakeAttributor } from './fake-attributor.ts'
import { silent } from './use-workers.ts'

const [databaseUrl, millisecondsEach] = process.argv.slice(2)
if (!databaseUrl) throw new Error('usage: worker-process.ts DATABASE_URL [MILLISECONDS_EACH]')
const worker = await startWorker({
  databaseUrl,
  openAttributor: async () =>
    fakeAttributor({ millisecondsEach: Number(millisecondsEach ?? 0), onCall: () => process.send?.('computing') }),
  logger: silent,
  pollSeconds: 0.5,
})
process.on('message', () => void worker.stop().then(() => process.exit(0)))
process.send?.('ready')
