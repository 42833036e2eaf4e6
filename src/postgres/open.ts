/** The database, wherever it is: the server of DATABASE_URL, or the embedded one; migrated and ready. */
import { embeddedHome } from './home.ts'
import { openEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'

export interface OpenDatabase {
  /** With its password; `describeAddress` makes it fit to print. */
  url: string
  /** The data folder of the embedded server; null when the server is another's. */
  folder: string | null
  /** The migrations that were applied now. */
  migrated: string[]
  /** Stops the embedded server when nobody else uses it. */
  close(): Promise<void>
}

export interface OpenDatabaseOptions {
  /** Default: DATABASE_URL; the embedded server when that is not set. */
  databaseUrl?: string
  /** Where the embedded server keeps its data; default: TRIBUTARY_HOME, else `.tributary` of the project. */
  home?: string
}

export async function openDatabase(options: OpenDatabaseOptions = {}): Promise<OpenDatabase> {
  const given = options.databaseUrl ?? process.env['DATABASE_URL']
  const server = given
    ? { url: given, folder: null, close: async () => undefined }
    : await openEmbedded(options.home ?? embeddedHome())
  try {
    return { ...server, migrated: await migrate(server.url) }
  } catch (error) {
    await server.close()
    throw error
  }
}
