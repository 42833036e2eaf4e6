/**
 * Keeps the embedded test server running from the first test that needs a database to the end of the run (vitest's
 * `globalSetup`). Without it the tests pass too, but the server starts and stops with every file.
 */
import { holdEmbedded } from '../src/postgres/embedded.ts'
import { TEST_HOME } from './database-home.ts'

export default (): Promise<() => Promise<void>> => holdEmbedded(TEST_HOME)
