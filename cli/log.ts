/** Logs of long-running commands: one JSON object per line on the error stream, which leaves the output to people. */
import { pino, type Logger } from 'pino'
import type { Config } from '../src/config.ts'

const STDERR = 2

/** Lines are written at once, so that a killed process has logged everything it knew. */
export const openLog = (name: string, level: Config['logLevel']): Logger =>
  pino({ name, level }, pino.destination({ dest: STDERR, sync: true }))

export const silentLog = (): Logger => pino({ level: 'silent' })
