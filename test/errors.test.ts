import { expect, test } from 'vitest'
import { shown, UserError } from '../src/errors.ts'

test('an error is one line that cannot steer a terminal, whatever it quotes', () => {
  const { message } = new UserError('BAD_INPUT', 'got "a\nb\r\0\u001b[2J\u2028é"; expected c')
  expect(message).toBe(String.raw`got "a\u000ab\u000d\u0000\u001b[2J\u2028é"; expected c`)
})

test('a value of a file is quoted as JSON, and cut', () => {
  expect(shown('a\nb')).toBe(String.raw`"a\nb"`)
  expect(shown('x'.repeat(500))).toMatch(/^"x{58}…$/)
})
