#!/usr/bin/env node
/**
 * Writes prisma/generated (the Prisma client and the types of Pothos' Prisma plugin) from prisma/schema.prisma.
 * Does nothing when they are up to date (0.05 s), so every script may call it; `--force` writes them anyway.
 *
 * `prisma generate` insists on a schema-engine binary that it never runs. Where the engine could not be downloaded
 * (a closed network), any existing file satisfies it.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const schema = path.join(root, 'prisma', 'schema.prisma')
const config = path.join(root, 'prisma', 'prisma.config.ts')
const output = path.join(root, 'prisma', 'generated')
const stamp = path.join(output, '.stamp')
const lock = path.join(output, '.lock')
const require = createRequire(import.meta.url)

/** The client changes with the schema and with the generators. */
const wanted = () => {
  const hash = createHash('sha256').update(fs.readFileSync(schema))
  for (const name of ['prisma', '@prisma/client', '@pothos/plugin-prisma']) {
    hash.update(JSON.parse(fs.readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')).version)
  }
  return hash.digest('hex')
}
const isCurrent = (hash) => fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === hash

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** One generator at a time: a second one waits, then finds the work done. */
const withLock = async (action) => {
  fs.mkdirSync(output, { recursive: true })
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const owner = Number(fs.existsSync(lock) ? fs.readFileSync(lock, 'utf8') : NaN)
      // A lock file without a process id is still being written, or a crash left it before the id was written. Give it
      // a moment.
      if (owner ? !isAlive(owner) : isOld(lock)) fs.rmSync(lock, { force: true })
      else await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  try {
    return action()
  } finally {
    fs.rmSync(lock, { force: true })
  }
}
const isOld = (file) => {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  return stat !== undefined && Date.now() - stat.mtimeMs > 2000
}

const hasNativeEngine = () =>
  process.env.PRISMA_SCHEMA_ENGINE_BINARY !== undefined ||
  fs.readdirSync(path.join(root, 'node_modules', '@prisma', 'engines')).some((file) => file.startsWith('schema-engine-'))

/** Runs `prisma generate`; how it ended. */
const write = () => {
  fs.rmSync(stamp, { force: true })
  const bin = path.join(root, 'node_modules', '.bin')
  // Prisma would ask its makers for updates.
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', PATH: bin + path.delimiter + (process.env.PATH ?? '') }
  if (!hasNativeEngine()) env.PRISMA_SCHEMA_ENGINE_BINARY = fileURLToPath(import.meta.url)
  const prisma = path.join(path.dirname(require.resolve('prisma/package.json')), 'build', 'index.js')
  const args = [prisma, 'generate', '--config', config, '--schema', schema]
  const { status, signal, error, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' })
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error ? error.message : ''}\n`)
    process.stderr.write(`prisma generate failed (status ${status}); the schema is ${schema}\n`)
  }
  return { status, signal }
}

/** Makes what is not up to date. `status` is null if a signal ended the generator. */
export async function generate({ force = false } = {}) {
  const done = { status: 0, signal: null }
  const hash = wanted()
  if (!force && isCurrent(hash)) return done
  return withLock(() => {
    if (!force && isCurrent(hash)) return done
    const ended = write()
    if (ended.status === 0) fs.writeFileSync(stamp, hash)
    return ended
  })
}

const isMain = process.argv[1] !== undefined && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
if (isMain) process.exitCode = (await generate({ force: process.argv.includes('--force') })).status ?? 1
