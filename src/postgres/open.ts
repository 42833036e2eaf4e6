/** The database, wherever it is: the server of DATABASE_URL, or the embedded one; migrated and ready. */
import { openEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'

export interface OpenDatabase {
  /** With its password; `describeAddress` makes it fit to print. */
  url: string
  /** The data folder of the embedded server; null when the server is another's. */
  folder: string | null
  /** The migrations that were applied now. */
  migrated: string[]
  /** Starts the embedded server again when it has died; false when it lives, or is another's. */
  revive(): Promise<boolean>
  /** Stops the embedded server when nobody else uses it. */
  close(): Promise<void>
}

export interface OpenDatabaseOptions {
  /** A server that is running; the embedded one when absent. */
  databaseUrl?: string | null
  /** Where the embedded server keeps its data (`postgres` in it). */
  home: string
}

export async function openDatabase({ databaseUrl, home }: OpenDatabaseOptions): Promise<OpenDatabase> {
  const server = databaseUrl
    ? { url: databaseUrl, folder: null, revive: async () => false, close: async () => undefined }
    : await openEmbedded(home)
  try {
    return { ...server, migrated: await migrate(server.url) }
  } catch (error) {
    await server.close()
    throw error
  }
}
