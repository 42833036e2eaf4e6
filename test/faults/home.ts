/** A TRIBUTARY_HOME of a test's own: an embedded server that may be killed without hurting other tests. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { serverPid } from '../../src/postgres/running-server.ts'

export interface Home {
  folder: string
  /** For the command line: this home, whatever database the tests were started with. */
  environment: Record<string, string>
  remove(): void
}

export function temporaryHome(): Home {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-faults-'))
  // The account that root lends the server must reach it.
  fs.chmodSync(folder, 0o755)
  return {
    folder,
    environment: { TRIBUTARY_HOME: folder, DATABASE_URL: '' },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  }
}

/** Of a running server's data folder. */
export function postmasterOf(folder: string | null): number {
  const pid = serverPid({ folder: folder ?? '' })
  if (pid === null) throw new Error(`no server runs in ${folder}`)
  return pid
}
