/** What a worker says while its database is away: a line now and then, of errors that come several times a second. */
import { expect, test } from 'vitest'
import { tellSome } from '../../workers/queue/outage-log.ts'

const refused = () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })

test('the pauses between lines grow, each line says how many were left out, and a new outage is told at once', () => {
  let now = 0
  const told: [at: number, withheld: number][] = []
  const onError = tellSome((_error, withheld) => told.push([now, withheld]), () => now)
  for (; now < 16_000; now += 500) onError(refused())
  expect(told).toEqual([[0, 0], [1000, 1], [3000, 3], [7000, 7], [15_000, 15]])
  now += 3_600_000
  onError(refused())
  expect(told.at(-1)).toEqual([now, 0])
})

test('other errors are all told', () => {
  const told: string[] = []
  const onError = tellSome(({ message }) => told.push(message), () => 0)
  for (const message of ['a', 'b']) onError(new Error(message))
  onError(refused())
  onError(new Error('c'))
  expect(told).toEqual(['a', 'b', 'connect ECONNREFUSED 127.0.0.1:5432', 'c'])
})
