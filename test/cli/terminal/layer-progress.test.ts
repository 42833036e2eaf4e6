import { describe, expect, it } from 'vitest'
import { startLayerProgress } from '../../../cli/terminal/layer-progress.ts'

function watched(isTerminal: boolean) {
  let [said, time] = ['', 0]
  const progress = startLayerProgress({ isTerminal, say: (text) => void (said += text), now: () => time })
  return {
    progress,
    said: () => said,
    at(milliseconds: number, layer: number) {
      time = milliseconds
      progress.update(layer, 16)
    },
  }
}

describe('the progress of one question', () => {
  it('says nothing in the first second, then which layer is done, in place, and leaves nothing behind', () => {
    const { progress, said, at } = watched(true)
    at(999, 2)
    expect(said()).toBe('')
    at(1000, 3)
    at(1001, 4)
    expect(said()).toBe('\r\x1b[Klayer 3 of 16\r\x1b[Klayer 4 of 16')
    progress.stop()
    expect(said().endsWith('\r\x1b[K')).toBe(true)
  })

  it('leaves a terminal alone that it has written nothing to', () => {
    const { progress, said, at } = watched(true)
    at(10, 16)
    progress.stop()
    expect(said()).toBe('')
  })

  it('gives a log a line every five seconds', () => {
    const { progress, said, at } = watched(false)
    for (const [time, layer] of [[4999, 1], [5000, 2], [9999, 3], [10_000, 4]] as const) at(time, layer)
    progress.stop()
    expect(said()).toBe('layer 2 of 16\nlayer 4 of 16\n')
  })
})
