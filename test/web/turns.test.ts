/** @vitest-environment jsdom */
import { expect, it } from 'vitest'
import { inTurn } from '../../web/src/plot/turns.ts'

it('draws charts one after the other, each in a task of its own, and none that was taken back', async () => {
  const drawn: string[] = []
  let tasks = 0
  inTurn(() => drawn.push(`first in ${tasks}`))
  const takeBack = inTurn(() => drawn.push('never'))
  inTurn(() => drawn.push(`second in ${tasks}`))
  takeBack()
  expect(drawn).toEqual([])
  // Between two of them the page answers whatever has come.
  const between = () => {
    tasks++
    if (drawn.length < 2) setTimeout(between)
  }
  setTimeout(between)
  await expect.poll(() => drawn.length).toBe(2)
  const [first, second] = drawn.map((each) => Number(each.split(' ').at(-1)))
  expect(second).toBeGreaterThan(first ?? 0)
})
