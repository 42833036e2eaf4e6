/**
 * Makes JavaScript of the program's TypeScript: for the package (build.mjs), and for a clone, whose commands would otherwise
 * read TypeScript at each start (on Node 20 that is most of the time that a command takes). Types are only removed here;
 * `npm run typecheck` checks them.
 */
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Where a clone keeps its JavaScript: what is installed anew is compiled anew. */
const CACHE = path.join('node_modules', '.cache', 'tributary', 'program')

/** Folders with code. What lies among it (migrations, examples, programs of other processes) goes along. */
const CODE = ['cli', 'experiments', 'ingest', 'prisma', 'schema', 'server', 'src', 'workers']
/** Files that only the repository needs: they make things that are ready-made by now, or read TypeScript. */
const LEFT_OUT = new Set(['prisma/cli.mjs', 'prisma/prisma.config.ts', 'prisma/schema.prisma', 'prisma/generated/.stamp', 'prisma/generated/.lock', 'src/spawn/typescript-thread.mjs'])
/** What was compiled, and what its sources were like. */
const RECORD = 'compiled.json'

/** By its path, what tells whether a file has changed. */
function sources(from) {
  const found = new Map()
  for (const folder of CODE) {
    for (const entry of fs.readdirSync(path.join(from, folder), { withFileTypes: true, recursive: true })) {
      const file = path.relative(from, path.join(entry.parentPath, entry.name))
      if (!entry.isFile() || LEFT_OUT.has(file.split(path.sep).join('/')) || file.endsWith('.d.mts')) continue
      const { mtimeMs, size } = fs.statSync(path.join(from, file))
      found.set(file, `${mtimeMs} ${size}`)
    }
  }
  return found
}

const target = (file) => (file.endsWith('.ts') ? file.replace(/\.ts$/, '.js') : file)

/** Compiles those of the files that have changed since `out` was written; the number of them. `maps`: with source maps. */
async function compile(from, out, files, { maps = false } = {}) {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'node_modules/vite/package.json'), 'utf8'))
  const compiler = `vite ${version}`
  const before = readRecord(out)
  const known = before?.compiler === compiler ? before.files : {}
  const changed = [...files].filter(([file, state]) => known[file] !== state)
  const gone = Object.keys(before?.files ?? {}).filter((file) => !files.has(file))
  if (changed.length === 0 && gone.length === 0) return 0
  const javascript = changed.some(([file]) => file.endsWith('.ts')) ? await transpiler(maps) : null
  for (const file of gone) for (const made of [target(file), `${target(file)}.map`]) fs.rmSync(path.join(out, made), { force: true })
  for (const [file] of changed) {
    const source = path.join(from, file)
    if (!file.endsWith('.ts')) {
      write(path.join(out, file), fs.readFileSync(source))
      continue
    }
    const { code, map } = await javascript(source)
    const name = path.basename(target(file))
    if (map !== undefined) write(path.join(out, `${target(file)}.map`), map)
    write(path.join(out, target(file)), map === undefined ? code : `${code}\n//# sourceMappingURL=${name}.map\n`)
  }
  write(path.join(out, RECORD), JSON.stringify({ compiler, files: Object.fromEntries(files) }))
  return changed.length
}

function readRecord(out) {
  try {
    return JSON.parse(fs.readFileSync(path.join(out, RECORD), 'utf8'))
  } catch {
    // Nothing was compiled yet, or a crash left half a record.
    return null
  }
}

/** Loaded late: nothing has changed at most starts. */
async function transpiler(maps) {
  const { transformWithOxc } = await import('vite')
  const options = { target: 'es2023', typescript: { onlyRemoveTypeImports: true, rewriteImportExtensions: 'rewrite' }, sourcemap: maps }
  return async (file) => {
    const { code, map } = await transformWithOxc(fs.readFileSync(file, 'utf8'), file, options)
    return { code, ...(maps && { map: JSON.stringify({ ...map, sources: [file] }) }) }
  }
}

/** In one step, because another process may be reading or writing the same file. */
function write(file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const partial = `${file}.${process.pid}`
  fs.writeFileSync(partial, content)
  fs.renameSync(partial, file)
}

/** The program of this clone, as it is to be packed: once, so without a record for the next time. */
export async function compilePackage(out) {
  await compile(root, out, sources(root))
  fs.rmSync(path.join(out, RECORD))
}

/** Brings a clone's JavaScript up to date (30 ms if it is); the folder that holds it. */
export async function compileClone(from = root) {
  const out = path.join(from, CACHE)
  const manifest = path.join(from, 'package.json')
  const { mtimeMs, size } = fs.statSync(manifest)
  const made = await compile(from, out, sources(from).set('package.json', `${mtimeMs} ${size}`), { maps: true })
  // Data, pages and settings stay where they are in the clone (src/config.ts). The path is relative: a clone may be moved.
  if (made > 0) write(path.join(out, 'clone.json'), JSON.stringify({ root: path.relative(out, from) }))
  return out
}
