/** The interface of a format: it finds its sets in a folder by the contents of the files, and describes one of them. */
import { basename } from 'node:path'
import type { z } from 'zod'
import { UserError } from '../../errors.ts'
import type { FoundSet, SetDescription } from '../description.ts'
import type { FormatName } from '../feature-set.ts'
import { type Fields, shown } from '../files/documents.ts'
import type { StoredTensor } from '../files/stored-tensor.ts'

/** A folder, and the file in it that was named, if any. */
export interface Place {
  /** Absolute. */
  dir: string
  /** Names of the files in it. */
  files: ReadonlySet<string>
  file: string | null
}

export interface FormatOptions {
  /** Features that are kept per row; required if the files do not say (Qwen-Scope). */
  k?: number
  /**
   * The factor that inputs were multiplied by in training; required if the files name the method but not the number.
   */
  scale?: number
}

export interface Format<Name extends FormatName = FormatName> {
  name: Name
  /** What the format looks for in a folder, in words for messages: cfg.json with sae_weights.safetensors. */
  looksFor: string
  /** The sets of this format in the folder, or in the named file. Empty if there are none. */
  find(place: Place): Promise<FoundSet[]>
  /** `path` is that of a set that `find` gave. */
  describe(path: string, options: FormatOptions): Promise<SetDescription>
}

/** Whether all these files exist and, if a file was named, it is one of them. */
export function holds({ files, file }: Place, ...names: readonly string[]): boolean {
  return names.every((name) => files.has(name)) && (file === null || names.includes(file))
}

/** The first of these tensors that exists; null if none does. */
export function firstOf(tensors: ReadonlyMap<string, StoredTensor>, ...names: readonly string[]): StoredTensor | null {
  for (const name of names) {
    const found = tensors.get(name)
    if (found !== undefined) return found
  }
  return null
}

/** The first of these tensors that exists. Throws BAD_FEATURES if none does. */
export function needTensor(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  ...names: readonly string[]
): StoredTensor {
  const found = firstOf(tensors, ...names)
  if (found !== null) return found
  const has = [...tensors.keys()].slice(0, 12).map(shown).join(', ')
  throw new UserError(
    'BAD_FEATURES',
    `${path} lacks the tensor ${names.join(' or ')}; it has ${has === '' ? 'none' : has}.`,
  )
}

/** The fields in the schema's form. Throws BAD_FEATURES that names the first field that does not fit. */
export function fieldsOf<S extends z.ZodType>(path: string, schema: S, fields: Fields): z.output<S> {
  const parsed = schema.safeParse(fields)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new UserError(
    'BAD_FEATURES',
    `${path} is wrong at "${issue?.path.join('.') || 'its top'}": ${issue?.message ?? 'it does not fit'}.`,
  )
}

export const unsupported = (path: string, what: string, instead: string): UserError =>
  new UserError('UNSUPPORTED', `${path} ${what}; expected ${instead}.`)

/**
 * The path as text in which owner and repository read `owner/name`, also within a download cache
 * (`models--owner--name`). It is needed because some releases say what they are only in the repository's name.
 */
export const readablePath = (path: string): string => path.replaceAll('\\', '/').replaceAll('--', '/')

/** The number in the last match of `layer_12`, `layer12`, `L12` and the like; null if nothing matches. */
export function numberIn(path: string, pattern: RegExp): number | null {
  const found = [...readablePath(path).matchAll(pattern)].at(-1)?.[1]
  return found === undefined ? null : Number(found)
}

export const nameOf = (path: string): string => basename(path)
