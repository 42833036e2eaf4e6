/**
 * From arguments to an exit status: 0 for success, 1 for an answer of no or a defect of ours, 2 for errors that the
 * user can correct.
 */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { CommanderError } from 'commander'
import { describeIssues, isUserError } from '../src/errors.ts'
import { buildProgram } from './program.ts'
import { CommandFailed, type CliContext } from './context.ts'

const FAILED = 1
const BAD_USE = 2

/** `argv` without node and the script. */
export async function main(argv: readonly string[], context: CliContext): Promise<number> {
  try {
    await (await buildProgram(context, argv)).parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    // When the user stops a command, the work under way ends in some error. None of these errors needs a message.
    if (context.signal.aborted) return 0
    // commander has printed the message itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_USE
    if (isUserError(error)) {
      context.say(`error: ${error.message}\n`)
      return BAD_USE
    }
    if (error instanceof CommandFailed) {
      context.say(`${error.message}\n`)
      return FAILED
    }
    const described = await describe(error)
    if (described !== null) {
      context.say(`error: ${described}\n`)
      return BAD_USE
    }
    context.say(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return FAILED
  }
}

/** Error codes of the file system whose cause is a path that the user named, or this machine. */
const OF_FILES = /^(EACCES|EPERM|ENOENT|ENOTDIR|EISDIR|ENOSPC|EDQUOT|EROFS|EMFILE|ENFILE|ENAMETOOLONG|ELOOP|EIO)$/

/** A sentence for errors that are no defect of ours but were thrown without one; null for everything else. */
async function describe(error: unknown): Promise<string | null> {
  // Loaded only here: most commands succeed, and most failures have been reported above.
  const { ZodError } = await import('zod')
  if (error instanceof ZodError) return `What was given does not fit: ${describeIssues(error, undefined)}.`
  if (!(error instanceof Error)) return null
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return 'Something that was read is nested so deeply that it cannot be understood; look for a file that is no real one.'
  }
  const { code, path, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || !OF_FILES.test(code)) return null
  // The file that is written has a name of ours until it is complete; what the user can mend is the folder.
  if (code === 'ENOENT' && path !== undefined && !existsSync(dirname(path)))
    return `The folder ${dirname(path)} does not exist; make it first, or name another one.`
  return `${path ?? 'A file'} cannot be used (${code}${syscall === undefined ? '' : ` at ${syscall}`}).`
}
