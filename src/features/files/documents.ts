/** JSON and YAML files of feature sets, as plain objects, with limits. */
import { access, readFile, stat } from 'node:fs/promises'
import { CORE_SCHEMA, load } from 'js-yaml'
import { UserError } from '../../errors.ts'

export type Fields = Readonly<Record<string, unknown>>

/** A configuration has a few kilobytes; one that lists a file for each of many layers has some dozens. */
const MAX_BYTES = { JSON: 4_000_000, YAML: 200_000 } as const

/**
 * YAML's aliases repeat earlier content. A configuration needs none, and it needs only one list of names within one
 * object.
 */
const YAML_LIMITS = { maxAliases: 0, maxDepth: 20 } as const

export const readJson = (path: string): Promise<Fields> => readFields(path, 'JSON', (text): unknown => JSON.parse(text))

/** YAML 1.2, core schema: it has no custom types, and anything but plain data is refused. */
export const readYaml = (path: string): Promise<Fields> =>
  readFields(path, 'YAML', (text): unknown => load(text, { schema: CORE_SCHEMA, ...YAML_LIMITS }))

async function readFields(
  path: string,
  kind: keyof typeof MAX_BYTES,
  parse: (text: string) => unknown,
): Promise<Fields> {
  const { size } = await stat(path)
  if (size > MAX_BYTES[kind]) throw bad(path, `it has ${size} bytes; expected at most ${MAX_BYTES[kind]}`)
  const text = await readFile(path, 'utf8')
  let value: unknown
  try {
    value = parse(text)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.split('\n')[0]!.slice(0, 200) : ''
    throw bad(path, `it is not ${kind}${said === '' ? '' : ` (${said})`}`, { cause })
  }
  if (!isFields(value)) throw bad(path, `it holds no ${kind} object`)
  return value
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const bad = (path: string, what: string, options?: ErrorOptions): UserError =>
  new UserError('BAD_FEATURES', `${path} is not a usable configuration: ${what}; download it again.`, options)

/** Whether there is a file or folder of that path. */
export const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false)

const LONGEST_SHOWN = 100

/** A text from a file, made fit for a sentence: shortened, and without line breaks or other invisible characters. */
export function shown(text: string): string {
  const plain = text.slice(0, LONGEST_SHOWN + 1).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
  return plain.length > LONGEST_SHOWN ? `${plain.slice(0, LONGEST_SHOWN)}…` : plain
}
