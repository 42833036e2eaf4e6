/**
 * DuckDB in this process, closed off: it holds its data in memory, opens only the files that it is given, has no
 * network access, and loads no extension that is not built in. It is a library of 65 MB, so it is loaded when first
 * needed.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { UserError } from '../errors.ts'

export interface DuckDbOptions {
  /**
   * Absolute paths of the files that statements may read or write. A COPY needs `USE_TMP_FILE false`, so that it
   * writes to that path only.
   */
  files: readonly string[]
  /** Memory for its buffers; a statement that needs more fails. Default 1 GiB. */
  memoryLimitBytes?: number
  /** Default 2. */
  threads?: number
}

export interface DuckDb {
  connection: DuckDBConnection
  close(): void
}

const GIBI = 1024 ** 3

/** Refuses (UserError) paths that DuckDB would take for patterns. The caller closes the database. */
export async function openDuckDb({ files, memoryLimitBytes = GIBI, threads = 2 }: DuckDbOptions): Promise<DuckDb> {
  files.forEach(refusePattern)
  const { DuckDBInstance } = await import('@duckdb/node-api').catch((cause: unknown) => {
    const here = `${process.platform}-${process.arch}`
    throw new UserError('ENGINE_UNAVAILABLE', `DuckDB, which reads and writes Parquet, has no build for ${here} here.`, { cause })
  })
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${memoryLimitBytes}B`,
    threads: String(threads),
      // Nothing is spilled to disk, and nothing is downloaded.
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  const close = () => {
    connection.closeSync()
    instance.closeSync()
  }
  try {
    // Timestamps become the same text on every machine.
    await connection.run("SET TimeZone = 'UTC'")
    await connection.run(`SET allowed_paths = [${files.map(sqlText).join(', ')}]`)
    await connection.run('SET enable_external_access = false')
    await connection.run('SET lock_configuration = true')
    return { connection, close }
  } catch (error) {
    close()
    throw error
  }
}

/** A text as an SQL literal. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A column's or table's name as an SQL identifier. */
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`

function refusePattern(path: string): void {
  const character = /[*?[\]{}]/.exec(path)?.[0]
  if (character === undefined) return
  throw new UserError(
    'BAD_INPUT',
    `The path ${path} holds the character ${character}, which DuckDB reads as a pattern for several files; rename it.`,
  )
}
