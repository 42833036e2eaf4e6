/** A run is followed until it ends: every change is told once, and whoever leaves is not waited for. */
import { parse, subscribe } from 'graphql'
import { expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import { noPorts, useGraphql } from './harness.ts'

const harness = useGraphql()
const RUN = Buffer.from(`Run:${'f'.repeat(64)}`).toString('base64')

async function follow(id = RUN) {
  const signal = new AbortController().signal
  const contextValue = { ...noPorts, database: harness.database, signal }
  const document = parse('subscription ($id: ID!) { runProgress(id: $id) { status progress { pending done failed } } }')
  const events = await subscribe({ schema, document, variableValues: { id }, contextValue })
  if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events))
  return events
}

const setRun = (status: 'running' | 'done') => harness.database.run.updateMany({ data: { status } })

it('tells a run as it is, then what was settled, and ends with it', async () => {
  await setRun('running')
  const events = await follow()
  const first = await events.next()
  expect(first.value).toEqual({ data: { runProgress: { status: 'RUNNING', progress: { pending: 0, done: 2, failed: 1 } } } })
  await harness.database.runItem.updateMany({ where: { status: 'failed' }, data: { status: 'pending', error: null } })
  await setRun('done')
  const second = await events.next()
  expect(second.value).toEqual({ data: { runProgress: { status: 'DONE', progress: { pending: 1, done: 2, failed: 0 } } } })
  expect(await events.next()).toMatchObject({ done: true })
})

it('lets whoever leaves go at once', async () => {
  await setRun('running')
  const events = await follow()
  await events.next()
  const waiting = events.next()
  await events.return(undefined)
  expect(await waiting).toMatchObject({ done: true })
})

it('says that there is no such run', async () => {
  const events = await follow(Buffer.from(`Run:${'1'.repeat(64)}`).toString('base64'))
  const { value } = await events.next()
  expect(value).toMatchObject({ errors: [{ message: 'There is no such run any more.' }] })
  await setRun('done')
})

it('says what a run computes: attributions, or interventions with what they change', async () => {
  const ask = async () => (await harness.run(`{ run(id: "${RUN}") { computes change } }`)).data
  expect(await ask()).toEqual({ run: { computes: 'ATTRIBUTIONS', change: null } })
  const { options } = await harness.database.run.findFirstOrThrow({ select: { options: true } })
  const intervene = { modules: [{ layer: 2, module: 'mlp' }], to: { mean: 'a'.repeat(64) } }
  await harness.database.run.updateMany({ data: { options: { ...(options as object), intervene } } })
  expect(await ask()).toEqual({ run: { computes: 'INTERVENTIONS', change: 'modules:2.mlp to the mean' } })
  await harness.database.run.updateMany({ data: { options: options as object } })
})
