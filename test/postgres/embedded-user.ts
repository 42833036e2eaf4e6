/** A process that uses the embedded server of the folder it is given, until it is told to close. */
import { openEmbedded } from '../../src/postgres/embedded.ts'

const home = process.argv[2]
if (!home) throw new Error('usage: embedded-user.ts HOME')
const server = await openEmbedded(home)
process.send?.(JSON.stringify({ url: server.url, folder: server.folder }))
process.on('message', () => {
  void server.close().then(() => process.exit(0))
})
