/**
 * The order of the house: dependencies run one way and there are no circles, type imports included. Every folder with
 * code has one place in `order`, and may import what stands below it. A folder without a place fails the test, so that a
 * new dependency is a decision made here and not an accident.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** From the top of the house to its foundation. Neighbours in one row do not know each other. */
const order: readonly (readonly string[])[] = [
  ['bin'],
  ['cli'],
  ['ingest', 'server'],
  ['workers', 'schema'],
  ['src/export'],
  ['experiments', 'src/store'],
  ['src/interventions', 'src/graph', 'src/attention', 'src/sweeps', 'src/lookups'],
  ['src/attribution'],
  ['src/depass'],
  ['src/features'],
  ['src/model'],
  ['src/tensor', 'src/tokenizer', 'src/postgres', 'src/duckdb', 'src/hub', 'src/config.ts'],
  ['src/counted.ts', 'src/errors.ts', 'src/hash.ts', 'src/json', 'src/spawn', 'prisma', 'web'],
]

/** Imports across a row or against the order, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {}

/** Files that anyone may read: they are data, and what outsiders are given, too. */
const published = ['package.json', 'schema/possible-types.json']

const DATABASE = ['@prisma', 'prisma', 'pg', 'postgres', 'pg-boss', 'pg-copy-streams']
const GRAPHQL = ['graphql', '@pothos', '@apollo', '@as-integrations', 'express']
const ENGINES = ['onnxruntime-node', '@tensorflow', 'protobufjs']

/** Packages that a folder must not import, by prefix: whoever computes knows no database, and resolvers never compute. */
const forbidden: Readonly<Record<string, readonly string[]>> = {
  'src/counted.ts': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/errors.ts': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/hash.ts': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/config.ts': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/spawn': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/json': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/hub': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/duckdb': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/tensor': [...DATABASE, ...GRAPHQL],
  // A sentencepiece model is a protocol buffer.
  'src/tokenizer': [...DATABASE, ...GRAPHQL, ...ENGINES.filter((name) => name !== 'protobufjs')],
  'src/model': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/features': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/depass': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/attribution': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/export': [...GRAPHQL, ...ENGINES],
  'src/lookups': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/sweeps': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/interventions': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/graph': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/attention': [...DATABASE, ...GRAPHQL, ...ENGINES],
  'src/store': [...GRAPHQL, ...ENGINES],
  'src/postgres': [...GRAPHQL, ...ENGINES],
  experiments: [...DATABASE, ...GRAPHQL, ...ENGINES],
  schema: [...DATABASE, 'express', '@apollo', ...ENGINES],
  workers: [...GRAPHQL, ...ENGINES],
  server: [...DATABASE, ...ENGINES],
  ingest: [...GRAPHQL, ...ENGINES, 'commander', 'cli-progress'],
  cli: [...GRAPHQL, ...ENGINES],
  prisma: [...GRAPHQL, ...ENGINES],
  // The page speaks the public API, and is no part of the server.
  web: [...DATABASE, ...ENGINES, '@pothos', '@apollo/server', 'express'],
  bin: [...GRAPHQL, ...ENGINES],
}

/** The edges, where settings are read. */
const readsEnvironment = new Set(['bin', 'cli', 'prisma', 'src/postgres', 'src/config.ts'])
/** Reads none, but tells a library what it can be told in no other way. */
const WRITES_ENVIRONMENT = 'src/tensor/onnx/no-telemetry.ts'

/** Folders that are not the product: tests, benchmarks and what makes the demo may import anything. */
const OUTSIDE = ['test', 'demo', 'node_modules', 'docs', 'coverage', 'dist', 'python', 'deploy']

interface Import {
  file: string
  specifier: string
}

/** Every code file of the product, as a path from the root, without what is generated. */
function codeFiles(): string[] {
  return readdirSync(root, { withFileTypes: true }).flatMap((top) => {
    if (!top.isDirectory() || top.name.startsWith('.') || OUTSIDE.includes(top.name)) return []
    return readdirSync(join(root, top.name), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs|mts)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((file) => !file.includes('generated/') && !file.includes('node_modules/'))
  })
}

const parse = (file: string) =>
  ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2023, true)

/** Static imports, re-exports, dynamic imports and imported types alike. */
function importsOf(file: string, source: ts.SourceFile = parse(file)): Import[] {
  const found: Import[] = []
  const add = (node: ts.Node | undefined) => {
    if (node && ts.isStringLiteralLike(node)) found.push({ file, specifier: node.text })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0])
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** The path that a relative import names; null for packages. */
const targetOf = ({ file, specifier }: Import): string | null =>
  specifier.startsWith('.') ? posix.join(dirname(file), specifier) : null

const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)

/** The folder of `order` that a file lies in, with its row; the lower the row, the deeper the foundation. */
function placeOf(path: string): { folder: string; row: number } | null {
  for (const [row, folders] of order.entries()) {
    const folder = folders.find((each) => inside(path, each))
    if (folder !== undefined) return { folder, row }
  }
  return null
}

function complaint(found: Import): string | null {
  const target = targetOf(found)
  const from = placeOf(found.file)
  if (from === null) return `${found.file} lies in a folder without a place in the order`
  if (target === null) {
    const isForbidden = (forbidden[from.folder] ?? []).some((name) => found.specifier === name || found.specifier.startsWith(`${name}/`))
    return isForbidden ? `${found.file} imports the package ${found.specifier}` : null
  }
  if (published.includes(target)) return null
  const to = placeOf(target)
  if (to === null) return `${found.file} imports ${target}, which has no place in the order`
  if (to.folder === from.folder || to.row > from.row) return null
  return `${from.folder} -> ${to.folder}` in exceptions ? null : `${found.file} imports ${target}, which does not stand below it`
}

/** Files that import each other in a ring, each ring once. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const rings: string[][] = []
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const visit = (file: string): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      rings.push([...path.slice(path.indexOf(file)), file])
      return
    }
    state.set(file, 'open')
    path.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    path.pop()
    state.set(file, 'done')
  }
  for (const file of graph.keys()) visit(file)
  return rings
}

function usesEnvironment(file: string): boolean {
  let found = false
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'env' && node.expression.getText() === 'process') found = true
    ts.forEachChild(node, visit)
  }
  visit(parse(file))
  return found
}

const files = codeFiles()
const imports = files.flatMap((file) => importsOf(file))

describe('the order of the house', () => {
  it('has one place for every folder with code', () => {
    expect(files.filter((file) => placeOf(file) === null)).toEqual([])
    const rows = order.flat()
    expect(rows.filter((folder) => !files.some((file) => inside(file, folder)))).toEqual([])
    expect(Object.keys(forbidden).sort()).toEqual([...rows].sort())
  })

  it('lets every file import only what stands below its folder', () => {
    expect(imports.map(complaint).filter((each) => each !== null)).toEqual([])
  })

  it('has no exception that nothing needs', () => {
    const needed = new Set(imports.flatMap((found) => {
      const [from, to] = [placeOf(found.file), placeOf(targetOf(found) ?? '')]
      return from && to && to.row <= from.row && to.folder !== from.folder ? [`${from.folder} -> ${to.folder}`] : []
    }))
    expect(Object.keys(exceptions).filter((each) => !needed.has(each))).toEqual([])
  })

  it('has no circles, type imports included', () => {
    const known = new Set(files)
    const graph = new Map<string, string[]>(files.map((file) => [file, []]))
    for (const found of imports) {
      const target = targetOf(found)
      if (target !== null && known.has(target) && target !== found.file) graph.get(found.file)?.push(target)
    }
    expect(circles(graph).map((ring) => ring.join(' -> '))).toEqual([])
  })

  it('reads the environment at its edges only', () => {
    const readers = files.filter((file) => !readsEnvironment.has(placeOf(file)?.folder ?? '') && file !== WRITES_ENVIRONMENT && usesEnvironment(file))
    expect(readers).toEqual([])
  })
})

describe('the checks of the order themselves', () => {
  it('refuse an import of what stands above, and of a forbidden package', () => {
    const judge = (specifier: string) => complaint({ file: 'src/store/results.ts', specifier })
    expect(judge('../attribution/key.ts')).toBeNull()
    expect(judge('./keys.ts')).toBeNull()
    expect(judge('pg-boss')).toBeNull()
    expect(judge('../../server/http.ts')).toContain('does not stand below it')
    expect(judge('@apollo/server')).toBe('src/store/results.ts imports the package @apollo/server')
  })

  it('refuse a folder that has no place', () => {
    expect(complaint({ file: 'attic/box.ts', specifier: '../src/errors.ts' })).toContain('without a place')
    expect(complaint({ file: 'src/errors.ts', specifier: './attic/box.ts' })).toContain('no place')
  })

  it('find a ring of three files', () => {
    const graph = new Map([['a', ['b']], ['b', ['c']], ['c', ['a']], ['d', ['a']]])
    expect(circles(graph)).toEqual([['a', 'b', 'c', 'a']])
  })

  it('see every way of importing', () => {
    const text = `import a from './a.ts'; import type { B } from './b.ts'; export * from './c.ts'
      const d = import('./d.ts'); type E = import('./e.ts').E`
    const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2023, true)
    expect(importsOf('x.ts', source).map(({ specifier }) => specifier)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts'])
  })
})
