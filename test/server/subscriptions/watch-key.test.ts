import { expect, it } from 'vitest'
import { watchKey } from '../../../server/subscriptions/watch-key.ts'

/** Looks at a key that answers so, one after another; gives what happened, in order. */
function watched(answers: (boolean | Error)[]): Promise<string[]> {
  const events: string[] = []
  return new Promise((resolve) => {
    const holds = async () => {
      const answer = answers[events.length] ?? false
      events.push(String(answer))
      if (answer instanceof Error) throw answer
      return answer
    }
    watchKey(holds, 1, () => resolve([...events, 'ended']))
  })
}

it('looks until the key no longer holds', async () => {
  expect(await watched([true, true, false, true])).toEqual(['true', 'true', 'false', 'ended'])
})

it('takes no answer of the database for no end', async () => {
  expect(await watched([new Error('away'), true, false])).toEqual(['Error: away', 'true', 'false', 'ended'])
})

it('that was stopped ends nothing, even while it looks', async () => {
  let answer: (good: boolean) => void = () => undefined
  let looked: () => void = () => undefined
  const looking = new Promise<void>((resolve) => (looked = resolve))
  let ended = false
  const stop = watchKey(
    () => {
      looked()
      return new Promise((resolve) => (answer = resolve))
    },
    1,
    () => (ended = true),
  )
  await looking
  stop()
  answer(false)
  await new Promise((resolve) => setImmediate(resolve))
  expect(ended).toBe(false)
})
