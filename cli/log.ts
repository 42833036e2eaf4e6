/** Logs of long-running commands: one JSON object per line on the error stream, which leaves the output to people. */
import { pino, type Logger } from 'pino'
import type { Config } from '../src/config.ts'

const STDERR = 2

/** Written at once: a process that is killed has said what it knew. */
export const openLog = (name: string, level: Config['logLevel']): Logger =>
  pino({ name, level }, pino.destination({ dest: STDERR, sync: true }))

export const silentLog = (): Logger => pino({ level: 'silent' })
