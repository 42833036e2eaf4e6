/** Runs a program to its end, as another account if requested, and keeps its output. */
import { spawn } from 'node:child_process'
import type { Account } from './account.ts'

export interface Finished {
  /** null if a signal ended it or it could not be started. */
  status: number | null
  output: string
}

export function run(
  command: string,
  args: readonly string[],
  options: { account?: Account | null; env?: NodeJS.ProcessEnv; cwd?: string; keepOutput?: boolean } = {},
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
    })
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', (error) => resolve({ status: null, output: output + error.message }))
    child.on('close', (status) => resolve({ status, output }))
  })
}

/**
 * Whether `account` may do `test` (-r, -w, -x) to `file`. The system is asked, because only it knows all its rules.
 */
export async function mayAccess(account: Account, test: '-r' | '-w' | '-x', file: string): Promise<boolean> {
  return (await run('/bin/sh', ['-c', `test ${test} "$0"`, file], { account })).status === 0
}
