/** @vitest-environment jsdom */
import { describe, expect, it } from 'vitest'
import { readState, writeState } from '../../web/src/state/url.ts'
import { askParts } from '../../web/src/views/ask/question.ts'

describe('the state of Ask in its address', () => {
  it('comes back as it was written', () => {
    const state = { ...readState(askParts, ''), q: 'a & b = ü', by: 'head' as const, target: '#12', minus: ' John', pick: 0, tau: 0.5 }
    expect(readState(askParts, writeState(askParts, state))).toEqual(state)
  })

  it('says nothing of what nobody chose', () => {
    expect(writeState(askParts, readState(askParts, ''))).toBe('')
    expect(writeState(askParts, { ...readState(askParts, ''), q: 'The capital' })).toBe('q=The+capital')
  })

  it('takes what it cannot read for what nobody said', () => {
    expect(readState(askParts, 'by=nonsense&pick=x&tau=&rule=softmax')).toEqual(readState(askParts, ''))
  })
})
