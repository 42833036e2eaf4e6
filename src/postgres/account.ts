/**
 * The operating-system account that runs the embedded server. Postgres refuses to run as root, so root runs it under
 * an unprivileged account; every other user runs it as themselves.
 */
import fs from 'node:fs'
import { UserError } from '../errors.ts'

export interface Account {
  uid: number
  gid: number
  name: string
}

/** null: run as the current user. */
export function serverAccount(existingFolder: string): Account | null {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return null
  const accounts = readAccounts()
  // initdb looks its own uid up in passwd, so an owner without an entry there cannot be used.
  const owner = fs.statSync(existingFolder, { throwIfNoEntry: false })?.uid
  const wanted = [
    accounts.find((account) => account.uid === owner),
    accounts.find((account) => String(account.uid) === process.env['SUDO_UID']),
    accounts.find((account) => account.name === 'postgres'),
    accounts.find((account) => account.name === 'nobody'),
  ]
  const chosen = wanted.find((account) => account !== undefined && account.uid > 0)
  if (chosen) return chosen
  throw new UserError(
    'DATABASE_UNAVAILABLE',
    'PostgreSQL does not run as root, and /etc/passwd has neither an account postgres nor nobody to run it as; ' +
      'start as an ordinary user, or set DATABASE_URL to a server that is running.',
  )
}

function readAccounts(): Account[] {
  return fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [name, , uid, gid] = line.split(':')
      return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
    })
}
