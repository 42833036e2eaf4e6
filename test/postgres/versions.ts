/** Databases as earlier versions left them, with a row in every table (`data/<migration>.sql`). */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { migrate, MIGRATIONS } from '../../src/postgres/migrate.ts'
import { openStore } from '../../src/store/index.ts'

/** A version is the name of its last migration. */
export const versions: readonly string[] = fs.readdirSync(MIGRATIONS).filter((name) => /^\d/.test(name)).sort()

export const versionsUpTo = (last: string): string[] => versions.slice(0, versions.indexOf(last) + 1)
export const versionsAfter = (last: string): string[] => versions.slice(versions.indexOf(last) + 1)

const dataOf = (name: string) => path.join(import.meta.dirname, 'data', `${name}.sql`)

/** Brings an empty database to `version`, and fills it. */
export async function makeVersion(url: string, version: string): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-version-'))
  const store = openStore(url, { connections: 1 })
  try {
    for (const name of [...versionsUpTo(version), 'migration_lock.toml']) {
      fs.cpSync(path.join(MIGRATIONS, name), path.join(folder, name), { recursive: true })
    }
    await migrate(url, folder)
    for (const name of versionsUpTo(version)) {
      if (fs.existsSync(dataOf(name))) await store.query(fs.readFileSync(dataOf(name), 'utf8'))
    }
  } finally {
    await store.close()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
