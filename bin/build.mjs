#!/usr/bin/env node
/**
 * Makes dist/: the program as JavaScript, as a package of its own that needs neither this repository nor TypeScript.
 * `npm run package` packs it. Types are only removed here; `npm run typecheck` checks them.
 */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const out = path.join(root, 'dist')

/** Folders with code. What lies beside it (the page, migrations, examples, programs of other processes) goes along. */
const CODE = ['cli', 'experiments', 'ingest', 'prisma', 'schema', 'server', 'src', 'workers']
const BESIDE = ['LICENSE', 'CHANGELOG.md', 'README.md', 'SECURITY.md', 'docs', 'demo/README.md', 'demo/data', 'demo/model', 'demo/saes', 'demo/vectors', 'web/dist']
/** Files that only the repository needs: they make things that the package has ready-made, or read TypeScript. */
const LEFT_OUT = new Set(['prisma/cli.mjs', 'prisma/prisma.config.ts', 'prisma/schema.prisma', 'prisma/generated/.stamp', 'src/spawn/typescript-thread.mjs'])
/** Packages that only these files need, or that the built pages contain already. */
const ONLY_HERE = [
  'prisma', 'vite', 'react', 'react-dom', 'wouter', 'graphiql', '@graphiql/react', '@graphiql/toolkit', '@apollo/client', 'rxjs',
]

const options = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
}

for (const made of ['generate.mjs', 'build-web.mjs']) execFileSync(process.execPath, [path.join(root, 'bin', made)], { stdio: 'inherit' })
fs.rmSync(out, { recursive: true, force: true })

for (const folder of CODE)
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })) {
    const file = path.relative(root, path.join(entry.parentPath, entry.name))
    if (!entry.isFile() || LEFT_OUT.has(file.split(path.sep).join('/')) || file.endsWith('.d.mts')) continue
    const source = path.join(root, file)
    if (file.endsWith('.ts')) write(file.replace(/\.ts$/, '.js'), javascript(source))
    else copy(file)
  }
for (const file of BESIDE) copy(file)
copy('bin/tributary.mjs')
fs.chmodSync(path.join(out, 'bin', 'tributary.mjs'), 0o755)
write('package.json', `${JSON.stringify(manifest(), null, 2)}\n`)

function javascript(file) {
  const { outputText, diagnostics } = ts.transpileModule(fs.readFileSync(file, 'utf8'), { compilerOptions: options, fileName: file, reportDiagnostics: true })
  if (diagnostics?.length) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(diagnostics[0].messageText, '\n')}`)
  return outputText
}

/** package.json of the built package, without the entries that only the repository needs. */
function manifest() {
  const { name, version, description, license, type, engines, dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    fs.readFileSync(path.join(root, 'package.json'), 'utf8'),
  )
  const needed = Object.fromEntries(Object.entries(dependencies).filter(([dependency]) => !ONLY_HERE.includes(dependency)))
  return { name, version, description, license, type, engines, bin: { tributary: 'bin/tributary.mjs' }, dependencies: needed, peerDependencies, peerDependenciesMeta }
}

function write(file, text) {
  fs.mkdirSync(path.dirname(path.join(out, file)), { recursive: true })
  fs.writeFileSync(path.join(out, file), text)
}

/** Of the docs only the text is copied. Readers see the pictures on the site, which is built elsewhere. */
function copy(file) {
  const docs = path.join(root, 'docs')
  const filter = (source) => !source.startsWith(docs + path.sep) || (!/^_?site\b/.test(path.relative(docs, source)) && !/\.(png|svg|jpe?g)$/.test(source))
  fs.cpSync(path.join(root, file), path.join(out, file), { recursive: true, filter })
}
