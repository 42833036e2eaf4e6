/** A command line without a process: what it printed is kept. */
import type { CliContext } from '../../cli/context.ts'

export interface RecordedContext extends CliContext {
  printed: string
  said: string
}

export function recordedContext(overrides: Partial<CliContext> = {}): RecordedContext {
  const context: RecordedContext = {
    printed: '',
    said: '',
    print: (text) => void (context.printed += text),
    say: (text) => void (context.said += text),
    environment: { TRIBUTARY_HOME: '/dev/null/tributary-home' },
    printsToTerminal: false,
    saysToTerminal: false,
    signal: new AbortController().signal,
    ...overrides,
  }
  return context
}
