/** What a command works with: where it prints, what it may read, and how it is told to stop. */
export interface CliContext {
  /** Results: what another program may read. */
  print(text: string): void
  /** Progress, warnings, errors: what a person reads. */
  say(text: string): void
  environment: Readonly<Record<string, string | undefined>>
  /** Whether `print` writes to a terminal. */
  printsToTerminal: boolean
  /** Whether `say` writes to a terminal. */
  saysToTerminal: boolean
  /** Aborted by Ctrl-C or SIGTERM. */
  signal: AbortSignal
}

/** A command did its work, and the answer is no. The message goes to stderr, and the exit status is 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}
