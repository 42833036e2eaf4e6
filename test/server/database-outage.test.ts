import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { isDatabaseOutage, isStatementTimeout } from '../../src/postgres/outage.ts'

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })

describe('a database that is away', () => {
  const away: [string, unknown][] = [
    ['nobody listens', coded('ECONNREFUSED')],
    ['no socket file', coded('ENOENT', { syscall: 'connect' })],
    ['it shuts down', coded('57P01')],
    ['too many connections', coded('53300')],
    ['Prisma cannot reach it', coded('P1001')],
    ['its connection broke', new Error('Connection terminated unexpectedly')],
    ['as the driver adapter says it', { kind: 'DatabaseNotReachable' }],
    ['as our own code says it', new UserError('DATABASE_UNAVAILABLE', 'It cannot be reached.')],
  ]
  it.each(away)('%s', (_name, error) => expect(isDatabaseOutage(error)).toBe(true))

  const present: [string, unknown][] = [
    ['a file that is missing', coded('ENOENT', { syscall: 'open' })],
    ['a row that is missing', coded('P2025')],
    ['a statement that is wrong', coded('42601')],
    ['a statement that took too long', coded('57014')],
    ['another error of ours', new UserError('TOO_LARGE', 'Too much.')],
    ['nothing', undefined],
  ]
  it.each(present)('is something else than %s', (_name, error) => expect(isDatabaseOutage(error)).toBe(false))

  it('is something else than a statement that took too long', () => {
    expect(isStatementTimeout(coded('57014'))).toBe(true)
    expect(isStatementTimeout(coded('57P01'))).toBe(false)
  })
})
