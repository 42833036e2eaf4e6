import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { startProgress } from '../../../cli/terminal/progress.ts'
import { RateMeter } from '../../../cli/terminal/rate.ts'

describe('RateMeter', () => {
  it('judges by the recent past', () => {
    const rate = new RateMeter()
    expect(rate.perSecond).toBeNull()
    rate.record(0, 0)
    expect(rate.timeLeft(100)).toBeNull()
    for (let second = 1; second <= 60; second++) rate.record(second * 1000, second <= 30 ? second : 30 + (second - 30) * 10)
    expect(rate.perSecond).toBe(10)
    expect(rate.timeLeft(430)).toBe(10_000)
  })

  it('is not shaken by the pause between two batches, but by a standstill', () => {
    const rate = new RateMeter()
    rate.record(0, 0)
    rate.record(4000, 40)
    rate.record(7000, 40)
    expect(rate.perSecond).toBe(10)
    expect(rate.timeLeft(80)).toBe(1000)
    rate.record(20_000, 40)
    expect(rate.perSecond).toBe(2)
  })

  it('does not know when something that stands still will end', () => {
    const rate = new RateMeter()
    for (let second = 0; second <= 60; second++) rate.record(second * 1000, 5)
    expect(rate.timeLeft(10)).toBeNull()
  })
})

describe('without a terminal', () => {
  it('says a line now and then, and always the last', () => {
    let clock = 0
    const said: string[] = []
    const progress = startProgress('ioi', { terminal: null, say: (text) => said.push(text), now: () => clock })
    for (let done = 0; done <= 100; done += 10) {
      progress.update({ done, failed: done > 50 ? 1 : 0, total: 101 })
      clock += 1000
    }
    progress.stop()
    expect(said).toEqual([
      'ioi: 0 of 101 prompts (0%)\n',
      'ioi: 50 of 101 prompts (49%), 10/s, 5.1 s left\n',
      'ioi: 101 of 101 prompts (100%), 10/s, 1 failed\n',
    ])
  })
})

describe('on a terminal', () => {
  it('draws a bar', () => {
    const stream = new PassThrough()
    // cli-progress draws nothing where it sees no terminal.
    const terminal = Object.assign(stream, { isTTY: true, columns: 120 })
    const progress = startProgress('ioi', { terminal, say: () => undefined })
    progress.update({ done: 21, failed: 0, total: 84 })
    progress.stop()
    const drawn = String(stream.read())
    expect(drawn).toContain('21/84  25%')
    expect(drawn).toContain('████████')
  })
})
