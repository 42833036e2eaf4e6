/** Creates a data folder completely, or not at all. */
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { UserError } from '../errors.ts'
import { type Cluster, PASSWORD_FILE, SETTINGS_FILE, USER, write, give } from './cluster-folder.ts'
import { run } from './run.ts'
import { diskFull, isDiskFull, tellingLine } from './server-log.ts'

/**
 * initdb works in a temporary folder, which is renamed at the end. So a crash half-way leaves nothing that looks
 * complete.
 */
export async function createCluster(cluster: Cluster): Promise<void> {
  const { folder, account, binaries } = cluster
  if (fs.existsSync(folder)) return checkVersion(cluster)
  const parent = path.dirname(folder)
  for (const name of fs.readdirSync(parent)) {
    if (name.startsWith(`${path.basename(folder)}.new-`)) fs.rmSync(path.join(parent, name), { recursive: true })
  }
  const temporary = `${folder}.new-${process.pid}`
  fs.mkdirSync(temporary, { mode: 0o700 })
  // initdb needs an empty folder, so the password file is beside it.
  const passwordFile = `${temporary}.password`
  const password = randomBytes(24).toString('base64url')
  fs.writeFileSync(passwordFile, password, { mode: 0o600 })
  give(temporary, account)
  give(passwordFile, account)
  try {
    const made = await run(
      binaries.initdb,
      [
        `--pgdata=${temporary}`,
        `--username=${USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The same sort order of texts on every machine, whatever its language.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
      ],
      { account },
    )
    if (made.status !== 0) {
      if (isDiskFull(parent, made.output)) throw diskFull(folder)
      throw unavailable(`PostgreSQL could not make its data folder ${folder}: ${tellingLine(made.output)}.`)
    }
    fs.appendFileSync(path.join(temporary, 'postgresql.conf'), `\ninclude = '${SETTINGS_FILE}'\n`)
    write(temporary, SETTINGS_FILE, '', account)
    write(temporary, PASSWORD_FILE, password, account)
    fs.renameSync(temporary, folder)
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true })
    fs.rmSync(passwordFile, { force: true })
  }
}

function checkVersion({ folder, binaries }: Cluster): void {
  let major: number
  try {
    major = Number.parseInt(fs.readFileSync(path.join(folder, 'PG_VERSION'), 'utf8'), 10)
  } catch (cause) {
    throw new UserError(
      'DATABASE_UNAVAILABLE',
      `The data folder ${folder} cannot be read by this user, or is not one of PostgreSQL (${messageOf(cause)}); ` +
        'start as the user who made it, or set TRIBUTARY_HOME to another folder.',
      { cause },
    )
  }
  if (major === binaries.major) return
  throw unavailable(
    `The data folder ${folder} was made by PostgreSQL ${major}, and this version of Tributary brings ` +
      `${binaries.major}; use the version that made it, or move the folder away to begin an empty one.`,
  )
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const unavailable = (message: string) => new UserError('DATABASE_UNAVAILABLE', message)
