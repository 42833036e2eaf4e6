/** @vitest-environment jsdom */
import { describe, expect, it } from 'vitest'
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors'
import { complaintOf, needsKey } from '../../web/src/api/errors.ts'
import * as cli from '../../cli/terminal/numbers.ts'
import { count, percent, score, signed, timeAgo, tokenName, withBlanks } from '../../web/src/ui/words.ts'

describe('numbers', () => {
  it('are written as in the terminal', () => {
    for (const value of [0, 1e-7, 0.01234, -5.4321, 123.456, -1e7]) expect(score(value)).toBe(cli.score(value).replace(/^-/, '−'))
    for (const value of [0, 1, 0.9999, 0.00002]) expect(percent(value)).toBe(cli.percent(value))
    expect([signed(1), signed(-1), signed(0)]).toEqual(['+1.000', '−1.000', '0'])
  })

  it('that count are grouped by thousands', () => {
    expect([0, 999, 1000, 1_082_496, -12_345].map(count)).toEqual(['0', '999', '1,000', '1,082,496', '-12,345'])
  })

  it('that are times, are told by how long ago', () => {
    const now = Date.parse('2026-01-01T12:00:00Z')
    expect(timeAgo('2026-01-01T11:58:00Z', now)).toBe('2 minutes ago')
    expect(timeAgo('2026-01-01T11:59:59.500Z', now)).toBe('just now')
  })
})

describe('tokens', () => {
  it('show their blanks, line breaks and what would turn text around', () => {
    expect(withBlanks(' Paris')).toBe('␣Paris')
    expect(withBlanks('a b\n')).toBe('a b⏎')
    expect(withBlanks('\u202eabc\t')).toBe('�abc␉')
    // A token that is a part of a character has no text, and is called something; what nobody wrote stays nothing.
    expect(tokenName('')).toBe('◌')
    expect(tokenName(' Paris')).toBe('␣Paris')
    expect(withBlanks('')).toBe('')
  })
})

describe('errors', () => {
  it('are the sentence of the server, whichever way it came', () => {
    const graphql = new CombinedGraphQLErrors({ errors: [{ message: 'No such model.', extensions: { code: 'NOT_FOUND' } }] })
    expect(complaintOf(graphql)).toEqual({ code: 'NOT_FOUND', message: 'No such model.' })
    const bodyText = '{"errors":[{"message":"A key is needed.","extensions":{"code":"UNAUTHENTICATED"}}]}'
    const refusal = new ServerError('401', { response: new Response(bodyText, { status: 401 }), bodyText })
    expect(complaintOf(refusal)).toEqual({ code: 'UNAUTHENTICATED', message: 'A key is needed.' })
    expect(needsKey(complaintOf(refusal))).toBe(true)
    expect(complaintOf(new TypeError('Failed to fetch')).message).toContain('does not answer')
  })
})
