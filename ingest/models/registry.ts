/**
 * Where the models added on this machine lie: `models.json` in TRIBUTARY_HOME. The database knows a model by its
 * weights and may be shared by many machines; this file lets `attribute` find a folder by id without any database.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'

const registrySchema = z.record(z.string(), z.string())
type Registry = z.infer<typeof registrySchema>

const fileOf = (homeDir: string) => join(homeDir, 'models.json')

export async function readRegistry(homeDir: string): Promise<ReadonlyMap<string, string>> {
  const file = fileOf(homeDir)
  const text = await readFile(file, 'utf8').catch(() => '{}')
  const parsed = registrySchema.safeParse(parseJson(text))
  if (parsed.success) return new Map(Object.entries(parsed.data))
  throw new UserError('BAD_INPUT', `${file} is damaged; delete it and add the models again.`)
}

export async function registerModel(homeDir: string, id: string, dir: string): Promise<void> {
  const models = new Map(await readRegistry(homeDir))
  await write(homeDir, Object.fromEntries(models.set(id, dir)))
}

export async function unregisterModel(homeDir: string, id: string): Promise<void> {
  const models = new Map(await readRegistry(homeDir))
  if (models.delete(id)) await write(homeDir, Object.fromEntries(models))
}

/** Written beside its place and renamed, so that nobody ever reads half a file. */
async function write(homeDir: string, registry: Registry) {
  const temporary = `${fileOf(homeDir)}.${process.pid}`
  try {
    await mkdir(homeDir, { recursive: true })
    await writeFile(temporary, `${JSON.stringify(registry, null, 2)}\n`)
    await rename(temporary, fileOf(homeDir))
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const message = `The folder ${homeDir} cannot be written (${reason}); set TRIBUTARY_HOME to one that this user may write.`
    throw new UserError('BAD_INPUT', message, { cause })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
