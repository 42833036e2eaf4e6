/** A GraphQL server in a process of its own, as `tributary serve` is one: tells its parent where it listens. */
import { createServer } from '../../server/create-server.ts'
import { ENGINE } from '../store/fixtures.ts'

const [databaseUrl] = process.argv.slice(2)
if (!databaseUrl || !process.send) throw new Error('store-server: started by store.ts, with the address of a database')
const { url } = await createServer({ databaseUrl, port: 0, engine: ENGINE })
process.send(url)
