/**
 * How a file that begins with a brace holds its records: as JSON lines, or as one object with the records in arrays of
 * it, as the Hugging Face datasets server (`rows`), SQuAD-like files (`data`) and files of splits (`train`) have them.
 */
import { isUserError } from '../../src/errors.ts'
import { JsonElements } from './json-elements.ts'
import { ByteWindow } from './window.ts'

/** Names under which files keep their records; the parts of a dataset have names of their own. */
const parts = ['train', 'test', 'validation', 'valid', 'val', 'dev', 'eval', 'evaluation'] as const
const wholes = [
  'data', 'rows', 'records', 'examples', 'instances', 'items', 'samples', 'entries', 'questions', 'prompts',
  'dataset',
] as const

const partNames: ReadonlySet<string> = new Set(parts)
const recordNames: ReadonlySet<string> = new Set([...wholes, ...parts])

/** Whether an array of this name is one part of a dataset, such as `train`. */
export const isPart = (name: string): boolean => partNames.has(name.toLowerCase())

export type ObjectLayout =
  | { kind: 'lines' }
  /** One object over several lines, which is a record itself. */
  | { kind: 'single' }
  /** One object with the records in the arrays of these names. */
  | { kind: 'wrapped'; names: ReadonlySet<string> }

/** An object longer than this is no record; the arrays found so far are then its content. */
const LONGEST_RECORD_BYTES = 1024 ** 2

/**
 * `chunks` begin with the brace, apart from white space. They are read at most to the first object's end. An object
 * whose fields make it a record (`isRecord`) is a record, whatever arrays it has.
 */
export async function layoutOf(
  chunks: AsyncIterable<Buffer>,
  file: string,
  isRecord: (fields: readonly string[]) => boolean,
): Promise<ObjectLayout> {
  const window = new ByteWindow(chunks)
  const json = new JsonElements(window, LONGEST_RECORD_BYTES, file)
  const fields: string[] = []
  const names = new Set<string>()
  const isWrapped = () => names.size > 0 && !isRecord(fields)
  try {
    for await (const name of json.names()) {
      fields.push(name)
      const { isArray, isOfObjects } = await json.peekValue()
      if (isOfObjects && recordNames.has(name.toLowerCase())) names.add(name)
      await json.skipValue({ inside: isArray })
      if (json.position > LONGEST_RECORD_BYTES && isWrapped()) break
    }
    if (json.position > LONGEST_RECORD_BYTES && isWrapped()) return { kind: 'wrapped', names }
    if (!(await json.isAtEnd())) return { kind: 'lines' }
    if (isWrapped()) return { kind: 'wrapped', names }
    return json.isOverLines ? { kind: 'single' } : { kind: 'lines' }
  } catch (error) {
    if (!isUserError(error)) throw error
    // The file is cut off or broken. The reader of the likely layout will report what is wrong, and where.
    return isWrapped() ? { kind: 'wrapped', names } : { kind: 'lines' }
  } finally {
    await window.close()
  }
}
