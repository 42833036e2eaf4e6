/** Runs a program to its end, as another account if requested, and keeps its output. */
import { spawn } from 'node:child_process'
import { UserError } from '../errors.ts'
import type { Account } from './account.ts'

export interface Finished {
  /** null if a signal ended it or it could not be started. */
  status: number | null
  /** What it printed, or why it could not be started, or which signal ended it. */
  output: string
}

interface RunOptions {
  account?: Account | null
  env?: NodeJS.ProcessEnv
  cwd?: string
  keepOutput?: boolean
}

export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const { account, keepOutput = true } = options
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: options.env ?? process.env,
      // An unprivileged account may have no access to our working folder.
      cwd: options.cwd ?? (account ? '/' : undefined),
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
      // A server outlives the program that starts it. It would hold a pipe open, and we would wait for it.
      stdio: ['ignore', keepOutput ? 'pipe' : 'ignore', keepOutput ? 'pipe' : 'ignore'],
      windowsHide: true,
      // A Ctrl-C of the terminal would reach it, too: a data folder half made, or an answer that is none. We are told, and
      // decide. (On Windows it would get a console of its own.)
      detached: process.platform !== 'win32',
    })
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', (error) => resolve({ status: null, output: output + error.message }))
    child.on('close', (status, by) => resolve({ status, output: by === null ? output : `${output}ended by ${by}` }))
  })
}

/**
 * Whether `account` may do `test` (-r, -w, -x) to `file`. The system is asked, because only it knows all its rules. A shell
 * that was killed has said neither yes nor no, and a guess would make a second database somewhere else.
 */
export async function mayAccess(account: Account, test: '-r' | '-w' | '-x', file: string, shell = '/bin/sh'): Promise<boolean> {
  const { status, output } = await run(shell, ['-c', `test ${test} "$0"`, file], { account })
  if (status === 0 || status === 1) return status === 0
  throw new UserError(
    'DATABASE_UNAVAILABLE',
    `Whether the account ${account.name} may use ${file} could not be found out (${output.trim() || `status ${status}`}); ` +
      'try again, or set DATABASE_URL to a server that is running.',
  )
}
