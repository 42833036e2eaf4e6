/** From arguments to an exit status: 0, 1 for a no or a defect of ours, 2 for what the user can mend. */
import { CommanderError } from 'commander'
import { isUserError } from '../src/errors.ts'
import { buildProgram } from './cli.ts'
import type { CliContext } from './context.ts'
import { CommandFailed } from './failed.ts'

const FAILED = 1
const BAD_USE = 2

/** `argv` without node and the script. */
export async function main(argv: readonly string[], context: CliContext): Promise<number> {
  try {
    await buildProgram(context).parseAsync(argv, { from: 'user' })
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
    context.say(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return FAILED
  }
}
