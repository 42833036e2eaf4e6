/**
 * Dependencies point one way: `workers → attribution → depass → model → tensor`, `schema → store`. Whatever computes
 * knows no database, no GraphQL and no environment; resolvers never compute. Each rule names what a folder may import,
 * so that a new dependency is a decision made here and not an accident.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

interface Rule {
  /** Folders of the project whose modules may be imported, besides the folder itself. */
  folders: string[]
  /** Packages that must not be imported, by prefix. */
  packages?: string[]
  /** The edges, where settings are read. */
  environment?: boolean
  /** Folders of which only types may be imported: they cost nothing when the program runs. */
  typesOf?: string[]
}

const DATABASE = ['@prisma', 'prisma', 'pg', 'postgres', 'pg-boss', 'pg-copy-streams']
const GRAPHQL = ['graphql', '@pothos', '@apollo', '@as-integrations', 'express']
const ENGINES = ['onnxruntime-node', '@tensorflow', 'protobufjs']

const rules: Record<string, Rule> = {
  'src/errors.ts': { folders: [], packages: [...DATABASE, ...GRAPHQL, ...ENGINES] },
  'src/tensor': { folders: ['src/errors.ts'], packages: [...DATABASE, ...GRAPHQL] },
  'src/tokenizer': { folders: ['src/errors.ts'], packages: [...DATABASE, ...GRAPHQL, ...ENGINES] },
  'src/model': {
    folders: ['src/errors.ts', 'src/tensor', 'src/tokenizer'],
    packages: [...DATABASE, ...GRAPHQL, ...ENGINES],
  },
  'src/depass': {
    folders: ['src/errors.ts', 'src/tensor', 'src/model'],
    packages: [...DATABASE, ...GRAPHQL, ...ENGINES],
  },
  'src/attribution': {
    folders: ['src/errors.ts', 'src/tensor', 'src/tokenizer', 'src/model', 'src/depass'],
    packages: [...DATABASE, ...GRAPHQL, ...ENGINES],
  },
  'src/store': {
    folders: ['src/errors.ts', 'src/attribution/key.ts', 'src/postgres', 'prisma'],
    typesOf: ['src/attribution', 'src/model', 'src/tokenizer'],
    packages: [...GRAPHQL, ...ENGINES],
  },
  schema: {
    // Groups are called alike on the command line and here.
    folders: ['src/errors.ts', 'src/store', 'src/attribution/groups.ts', 'prisma'],
    typesOf: ['src/attribution', 'src/model', 'src/tokenizer', 'workers'],
    packages: ['@prisma', 'prisma', 'pg', 'postgres', 'pg-boss', 'pg-copy-streams', 'express', '@apollo', ...ENGINES],
  },
  'src/postgres': { folders: ['src/errors.ts', 'prisma'], packages: [...GRAPHQL, ...ENGINES], environment: true },
  workers: {
    folders: ['src/errors.ts', 'src/attribution', 'src/store', 'src/model', 'src/tokenizer'],
    packages: [...GRAPHQL, ...ENGINES],
  },
  // The server reads questions and answers them from the store; it holds no weights and computes nothing.
  'src/server': {
    folders: ['src/errors.ts', 'src/attribution', 'src/store', 'src/tokenizer', 'src/model/config.ts'],
    typesOf: ['schema', 'src/model'],
    packages: [...DATABASE, ...ENGINES],
  },
  'src/server.ts': {
    folders: ['src/errors.ts', 'src/server', 'src/store', 'schema', 'workers'],
    packages: [...DATABASE, ...ENGINES],
  },
  ingest: {
    folders: ['src', 'workers', 'schema/print.ts'],
    packages: [...GRAPHQL, ...ENGINES],
    environment: true,
  },
}

interface Import {
  file: string
  specifier: string
  typeOnly: boolean
}

/** Every TypeScript file of a folder (or the file itself), without what is generated. */
function filesOf(path: string): string[] {
  const absolute = join(root, path)
  if (!existsSync(absolute)) return []
  if (path.endsWith('.ts')) return [path]
  return readdirSync(absolute, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('generated'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

const parse = (file: string) =>
  ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2023, true)

/** Static imports, re-exports and dynamic imports alike; a type is marked as one. */
function importsOf(file: string): Import[] {
  const found: Import[] = []
  const add = (node: ts.Node | undefined, typeOnly: boolean) => {
    if (node && ts.isStringLiteralLike(node)) found.push({ file, specifier: node.text, typeOnly })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause))
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false)
    }
    ts.forEachChild(node, visit)
  }
  visit(parse(file))
  return found
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  return !clause.name && !!named && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly)
}

const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
const fromPackage = (specifier: string, name: string) => specifier === name || specifier.startsWith(`${name}/`)

function complaint(folder: string, rule: Rule, { file, specifier, typeOnly }: Import): string | null {
  if (specifier.startsWith('.')) {
    const target = relative(root, resolve(root, dirname(file), specifier))
    const allowed = [folder, ...rule.folders, ...(typeOnly ? (rule.typesOf ?? []) : [])]
    return allowed.some((each) => inside(target, each)) ? null : `${file} imports ${target}`
  }
  const forbidden = (rule.packages ?? []).some((name) => fromPackage(specifier, name))
  return forbidden ? `${file} imports ${specifier}` : null
}

function readsEnvironment(file: string): boolean {
  let found = false
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'env' && node.expression.getText() === 'process') {
      found = true
    }
    ts.forEachChild(node, visit)
  }
  visit(parse(file))
  return found
}

describe.each(Object.entries(rules))('%s', (folder, rule) => {
  const files = filesOf(folder)

  it('imports only what it may', () => {
    const complaints = files.flatMap(importsOf).map((found) => complaint(folder, rule, found))
    expect(complaints.filter((each) => each !== null)).toEqual([])
  })

  it('reads no environment', () => {
    expect(rule.environment ? [] : files.filter(readsEnvironment)).toEqual([])
  })
})

describe('the checks themselves', () => {
  const rule: Rule = { folders: ['src/errors.ts'], typesOf: ['src/model'], packages: ['pg'] }
  const judge = (specifier: string, typeOnly = false) =>
    complaint('src/store', rule, { file: 'src/store/results.ts', specifier, typeOnly })

  it('let a folder import itself and what its rule names', () => {
    expect(judge('./keys.ts')).toBeNull()
    expect(judge('../errors.ts')).toBeNull()
    expect(judge('node:fs')).toBeNull()
    expect(judge('pg-boss')).toBeNull()
  })

  it('refuse everything else', () => {
    expect(judge('../server/http.ts')).toBe('src/store/results.ts imports src/server/http.ts')
    expect(judge('pg')).toBe('src/store/results.ts imports pg')
    expect(judge('pg/lib/client')).toBe('src/store/results.ts imports pg/lib/client')
  })

  it('let types through where only types may pass', () => {
    expect(judge('../model/identity.ts', true)).toBeNull()
    expect(judge('../model/identity.ts')).toBe('src/store/results.ts imports src/model/identity.ts')
  })

  it('cover folders that have files', () => {
    for (const folder of ['src/attribution', 'schema']) expect(filesOf(folder).length).toBeGreaterThan(0)
  })
})
