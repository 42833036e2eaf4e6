/** What is told of a server's log: its last error, without what a terminal would take for a command. */
import os from 'node:os'
import { expect, test } from 'vitest'
import { isDiskFull, tellingLine } from '../../src/postgres/server-log.ts'

const log = [
  '2026-11-28 17:29:33.058 UTC [32020] LOG:  database system was not properly shut down; automatic recovery in progress',
  '2026-11-28 17:29:33.070 UTC [32020] FATAL:  could not write to file "pg_wal/xlogtemp.32020":\tNo space left on device',
  '2026-11-28 17:29:33.071 UTC [32017] LOG:  database system is shut down\u001b[2J',
].join('\n')

test('the last error of a log is told, without its prefix and without control characters', () => {
  expect(tellingLine(log)).toBe('FATAL: could not write to file "pg_wal/xlogtemp.32020": No space left on device')
  expect(tellingLine('running bootstrap script ... \ninitdb: error: could not access directory\n')).toBe('initdb: error: could not access directory')
})

test('without an error it is the last line; of nothing, nothing', () => {
  expect(tellingLine(log.split('\n').slice(2).join('\n'))).toBe('LOG: database system is shut down [2J')
  expect(tellingLine('\n')).toBe('')
})

test('a full disk is told from other failures', () => {
  expect(isDiskFull(os.tmpdir(), log)).toBe(true)
  expect(isDiskFull(os.tmpdir(), 'FATAL:  could not bind')).toBe(false)
})
