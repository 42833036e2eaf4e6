/** From arguments to an exit status: 0, 1 for a no or a defect of ours, 2 for what the user can mend. */
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
    // Whatever was under way when the user stopped it ends in some error; none of them is news.
    if (context.signal.aborted) return 0
    // It has printed what is wrong itself.
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

/** Codes of the file system that are about what the user named, or what this machine has. */
const OF_FILES = /^(EACCES|EPERM|ENOENT|ENOTDIR|EISDIR|ENOSPC|EDQUOT|EROFS|EMFILE|ENFILE|ENAMETOOLONG|ELOOP|EIO)$/

/** What is no defect of ours, though nobody made a sentence of it where it happened; null for everything else. */
async function describe(error: unknown): Promise<string | null> {
  // Most commands end well, and most of those that do not have said so above.
  const { ZodError } = await import('zod')
  if (error instanceof ZodError) return `What was given does not fit: ${describeIssues(error, undefined)}.`
  if (!(error instanceof Error)) return null
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return 'Something that was read is nested so deeply that it cannot be understood; look for a file that is no real one.'
  }
  const { code, path, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || !OF_FILES.test(code)) return null
  return `${path ?? 'A file'} cannot be used (${code}${syscall === undefined ? '' : ` at ${syscall}`}).`
}
