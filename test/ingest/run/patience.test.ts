import { expect, it } from 'vitest'
import { patience } from '../../../ingest/run/patience.ts'
import { UserError } from '../../../src/errors.ts'

const away = () => new UserError('DATABASE_UNAVAILABLE', 'It cannot be reached.')

function patient({ patienceMs = 60_000, signal = new AbortController().signal } = {}) {
  const said: string[] = []
  return { said, attempt: patience({ signal, say: (text) => said.push(text), patienceMs, pauseMs: 1 }) }
}

/** Fails with `errors` in turn, then answers. */
const action = (errors: unknown[]) => async () => {
  if (errors.length > 0) throw errors.shift()
  return 'answer'
}

it('tries again while the database is away, and says once that it is, and that it is back', async () => {
  const { said, attempt } = patient()
  const startingUp = () => Object.assign(new Error('starting up'), { code: '57P03' })
  const absence = () => [away(), startingUp(), new Error('Connection terminated')]
  expect(await Promise.all([attempt(action(absence())), attempt(action(absence()))])).toEqual(['answer', 'answer'])
  const waiting = 'Waiting for the database (at most 1 min): It cannot be reached.\n'
  expect(said.slice(0, 2)).toEqual([waiting, 'The database is back.\n'])
  expect(await attempt(action([away()]))).toBe('answer')
  expect(said.slice(-2)).toEqual([waiting, 'The database is back.\n'])
})

it('gives up after a while, when told to, and at once where something else is wrong', async () => {
  const forever = Array.from({ length: 10_000 }, away)
  await expect(patient({ patienceMs: 20 }).attempt(action(forever))).rejects.toThrow('It cannot be reached.')
  const told = patient({ signal: AbortSignal.abort() })
  await expect(told.attempt(action([away()]))).rejects.toThrow('It cannot be reached.')
  const { said, attempt } = patient()
  await expect(attempt(action([new Error('column "x" does not exist')]))).rejects.toThrow('column "x"')
  expect(said).toEqual([])
})
