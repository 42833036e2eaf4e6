/** What a format is: it finds its sets in a folder by what is in the files, and describes one of them. */
import { basename } from 'node:path'
import type { z } from 'zod'
import { UserError } from '../../errors.ts'
import type { FoundSet, SetDescription } from '../description.ts'
import type { FormatName } from '../feature-set.ts'
import { type Fields, shown } from '../files/documents.ts'
import type { StoredTensor } from '../files/stored-tensor.ts'

/** A folder, and the file in it that was named, if one was. */
export interface Place {
  /** Absolute. */
  dir: string
  /** Names of the files in it. */
  files: ReadonlySet<string>
  file: string | null
}

export interface FormatOptions {
  /** Features that are kept per row, where the files do not say (Qwen-Scope). */
  k?: number
  /** The factor that inputs were multiplied by in training, where the files name the method and not the number. */
  scale?: number
}

export interface Format<Name extends FormatName = FormatName> {
  name: Name
  /** Names of what is found in the folder itself, in sentences: cfg.json with sae_weights.safetensors. */
  looksFor: string
  /** The sets of this format that lie in the folder, or in the named file. Empty: it is none of this format. */
  find(place: Place): Promise<FoundSet[]>
  /** `path`: of a set that was found. */
  describe(path: string, options: FormatOptions): Promise<SetDescription>
}

/** Whether these files are there, and a named one among them. */
export function holds({ files, file }: Place, ...names: readonly string[]): boolean {
  return names.every((name) => files.has(name)) && (file === null || names.includes(file))
}

/** The tensor of the first of these names that is there; null where none is. */
export function firstOf(tensors: ReadonlyMap<string, StoredTensor>, ...names: readonly string[]): StoredTensor | null {
  for (const name of names) {
    const found = tensors.get(name)
    if (found !== undefined) return found
  }
  return null
}

/** The tensor of the first of these names that is there. Throws BAD_FEATURES. */
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

/** The fields in the form of the schema. Throws BAD_FEATURES with the first thing that does not fit. */
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
 * (`models--owner--name`): some releases say in their repository's name alone what they are.
 */
export const readablePath = (path: string): string => path.replaceAll('\\', '/').replaceAll('--', '/')

/** The number that the last match of `layer_12`, `layer12`, `L12` and the like holds; null without one. */
export function numberIn(path: string, pattern: RegExp): number | null {
  const found = [...readablePath(path).matchAll(pattern)].at(-1)?.[1]
  return found === undefined ? null : Number(found)
}

export const nameOf = (path: string): string => basename(path)
