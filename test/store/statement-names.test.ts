import { describe, expect, it } from 'vitest'
import { statementNames } from '../../src/store/statement-names.ts'

const select = (n: number) => ({ sql: `SELECT ${n}` })

describe('names of prepared statements', () => {
  it('are given when a statement comes again, and stay', () => {
    const nameOf = statementNames()
    expect(nameOf(select(1))).toBe('')
    const name = nameOf(select(1))
    expect(name).not.toBe('')
    expect(nameOf(select(1))).toBe(name)
  })

  it('differ between statements', () => {
    const nameOf = statementNames()
    const names = [1, 2, 3].map((n) => [nameOf(select(n)), nameOf(select(n))][1])
    expect(new Set(names).size).toBe(3)
  })

  it('are no more than a connection should keep', () => {
    const nameOf = statementNames(2)
    const names = [1, 2, 3, 4].map((n) => [nameOf(select(n)), nameOf(select(n))][1])
    expect(names.filter((name) => name !== '')).toHaveLength(2)
    expect(nameOf(select(3))).toBe('')
    expect(nameOf(select(1))).not.toBe('')
  })
})
