/**
 * A PostgreSQL data folder, and our own files in it. They are in the folder so that they exist exactly as long as it
 * does.
 */
import fs from 'node:fs'
import path from 'node:path'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'

export interface Cluster {
  binaries: Binaries
  /** The account that runs the server; null: the current user. */
  account: Account | null
  /** The data folder. */
  folder: string
}

export const USER = 'tributary'
export const DATABASE = 'tributary'
export const PORT_FILE = 'tributary.port'
export const PASSWORD_FILE = 'tributary.password'
/** Included by postgresql.conf. */
export const SETTINGS_FILE = 'tributary.conf'

export type Folder = Pick<Cluster, 'folder'>

export const urlOf = (cluster: Folder, port: number): string =>
  `postgresql://${USER}:${read(cluster, PASSWORD_FILE)}@127.0.0.1:${port}/${DATABASE}`

export const read = ({ folder }: Folder, file: string): string => fs.readFileSync(path.join(folder, file), 'utf8').trim()

export function write(folder: string, name: string, text: string, account: Account | null): void {
  const file = path.join(folder, name)
  fs.writeFileSync(file, text, { mode: 0o600 })
  give(file, account)
}

export function give(file: string, account: Account | null): void {
  if (account) fs.chownSync(file, account.uid, account.gid)
}
