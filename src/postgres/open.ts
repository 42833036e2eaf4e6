/** The database, migrated and ready: the server of DATABASE_URL, or the embedded one. */
import { openEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'

export interface OpenDatabase {
  /** Contains the password; `describeAddress` makes it printable. */
  url: string
  /** The data folder of the embedded server; null for another server. */
  folder: string | null
  /** The migrations that were applied now. */
  migrated: string[]
  /** Starts a dead embedded server again; false if it is alive, or if the server is not ours. */
  revive(signal?: AbortSignal): Promise<boolean>
  /** Stops the embedded server if nobody else uses it. */
  close(): Promise<void>
}

export interface OpenDatabaseOptions {
  /** The address of a running server; if absent, the embedded server is used. */
  databaseUrl?: string | null
  /** Where the embedded server keeps its data (`postgres` in it). */
  home: string
  /** Ends the opening: what was started is stopped again, and the signal's reason is thrown. */
  signal?: AbortSignal | undefined
}

export async function openDatabase({ databaseUrl, home, signal }: OpenDatabaseOptions): Promise<OpenDatabase> {
  const server = databaseUrl
    ? { url: databaseUrl, folder: null, revive: async () => false, close: async () => undefined }
    : await openEmbedded(home, { signal })
  try {
    signal?.throwIfAborted()
    return { ...server, migrated: await migrate(server.url) }
  } catch (error) {
    await server.close()
    throw error
  }
}
