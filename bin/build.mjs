#!/usr/bin/env node
/**
 * Makes dist/: the program as JavaScript, as a package of its own that needs neither this repository nor TypeScript.
 * `npm run package` packs it.
 */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { compilePackage, root } from './compile.mjs'

const out = path.join(root, 'dist')

/** What lies beside the code: the pages, examples, texts. */
const BESIDE = ['LICENSE', 'CHANGELOG.md', 'README.md', 'SECURITY.md', 'docs', 'demo/README.md', 'demo/data', 'demo/model', 'demo/saes', 'demo/vectors', 'web/dist']
/** Packages that only the repository needs, or that the built pages contain already. */
const ONLY_HERE = [
  'prisma', 'vite', 'react', 'react-dom', 'wouter', 'graphiql', '@graphiql/react', '@graphiql/toolkit', '@apollo/client', 'rxjs',
]

for (const made of ['generate.mjs', 'build-web.mjs']) execFileSync(process.execPath, [path.join(root, 'bin', made)], { stdio: 'inherit' })
fs.rmSync(out, { recursive: true, force: true })

await compilePackage(out)
for (const file of BESIDE) copy(file)
copy('bin/tributary.mjs')
fs.chmodSync(path.join(out, 'bin', 'tributary.mjs'), 0o755)
write('package.json', `${JSON.stringify(manifest(), null, 2)}\n`)

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
