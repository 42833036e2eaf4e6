#!/usr/bin/env node
/**
 * Builds the explorer: web/ → web/dist, with every file also compressed. Does nothing if the sources have not changed,
 * so the start of the server may call it every time; `--force` builds anyway.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const web = path.join(root, 'web')
const dist = path.join(web, 'dist')
const stamp = path.join(dist, '.stamp')

/** Smaller files gain nothing. */
const LEAST_COMPRESSED_BYTES = 1024
const COMPRESSED = new Set(['.js', '.css', '.html', '.svg'])

const filesUnder = (folder, skip = () => false) =>
  fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name)
    if (skip(full)) return []
    return entry.isDirectory() ? filesUnder(full, skip) : [full]
  })

/** The hash of the sources and of the lock file, which stands for the packages. */
const sourceHash = () => {
  const hash = createHash('sha256')
  const sources = [
    path.join(root, 'package-lock.json'),
    fileURLToPath(import.meta.url),
    ...filesUnder(web, (file) => path.basename(file).startsWith('dist')),
    ...filesUnder(path.join(root, 'schema', 'examples')),
    path.join(root, 'schema', 'possible-types.json'),
  ]
  for (const file of sources.sort()) hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0')
  return hash.digest('hex')
}

/** Compresses as well as possible, since it is done once and not at every request. */
const compress = (folder) => {
  for (const file of filesUnder(folder)) {
    const bytes = fs.readFileSync(file)
    if (!COMPRESSED.has(path.extname(file)) || bytes.length < LEAST_COMPRESSED_BYTES) continue
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    fs.writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }))
    fs.writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  }
}

/**
 * Builds in a folder beside the target and then renames it: a server never sees half a build, and two builds at once do
 * no harm.
 */
const build = async (hash) => {
  // Set whatever the caller's environment says: the explorer is always built for production.
  process.env.NODE_ENV = 'production'
  const { build: viteBuild } = await import('vite')
  const outDir = path.join(web, `dist-${process.pid}`)
  const old = path.join(web, `dist-old-${process.pid}`)
  try {
    await viteBuild({ configFile: path.join(web, 'vite.config.ts'), mode: 'production', logLevel: 'warn', build: { outDir, emptyOutDir: true } })
    compress(outDir)
    fs.writeFileSync(path.join(outDir, '.stamp'), hash)
    if (fs.existsSync(dist)) fs.renameSync(dist, old)
    fs.renameSync(outDir, dist)
  } finally {
    fs.rmSync(outDir, { recursive: true, force: true })
    fs.rmSync(old, { recursive: true, force: true })
  }
}

const hash = sourceHash()
const isCurrent = fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === hash
if (!isCurrent || process.argv.includes('--force')) {
  try {
    await build(hash)
  } catch (error) {
    process.stderr.write(`error: The explorer could not be built from ${web}: ${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}
