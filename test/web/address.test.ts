/** @vitest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addressOf } from '../../web/src/state/address.ts'

const written = () => location.pathname + location.search

beforeEach(() => {
  vi.useFakeTimers()
  history.replaceState(null, '', '/')
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('the address of the explorer', () => {
  it('counts at once, and is written once when quick steps pause', () => {
    const replaced = vi.spyOn(history, 'replaceState')
    const told = vi.fn()
    const address = addressOf(window)
    address.onChange(told)
    for (let pick = 0; pick < 200; pick++) {
      address.go(`/?pick=${pick}`, { replace: true })
      expect(address.now()).toBe(`/?pick=${pick}`)
      vi.advanceTimersByTime(33)
    }
    expect(told).toHaveBeenCalledTimes(200)
    expect(replaced).toHaveBeenCalledTimes(1)
    vi.runAllTimers()
    expect(replaced).toHaveBeenCalledTimes(2)
    expect(written()).toBe('/?pick=199')
  })

  it('is written at once for a step after a pause', () => {
    const address = addressOf(window)
    for (const pick of [1, 2]) {
      address.go(`/?pick=${pick}`, { replace: true })
      expect(written()).toBe(`/?pick=${pick}`)
      vi.runAllTimers()
    }
  })

  it('keeps the last quick step under a view that is opened after it', () => {
    const entries: string[] = []
    vi.spyOn(history, 'replaceState').mockImplementation((...[, , to]) => void entries.push(`replace ${to}`))
    vi.spyOn(history, 'pushState').mockImplementation((...[, , to]) => void entries.push(`push ${to}`))
    const address = addressOf(window)
    address.go('/?pick=1', { replace: true })
    address.go('/?pick=2', { replace: true })
    address.go('/graph')
    vi.runAllTimers()
    expect(entries).toEqual(['replace /?pick=1', 'replace /?pick=2', 'push /graph'])
  })

  it('is written when the page is left before the pause', () => {
    const address = addressOf(window)
    address.go('/?pick=1', { replace: true })
    address.go('/?pick=2', { replace: true })
    dispatchEvent(new Event('pagehide'))
    expect(written()).toBe('/?pick=2')
  })

  it('is the entry that someone went back to, and not the step before it', () => {
    const address = addressOf(window)
    address.go('/?pick=1', { replace: true })
    address.go('/?pick=2', { replace: true })
    dispatchEvent(new PopStateEvent('popstate'))
    vi.runAllTimers()
    expect([address.now(), written()]).toEqual(['/?pick=1', '/?pick=1'])
  })
})
