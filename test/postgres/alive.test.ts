/** A server that lives is joined, waited for or named, whatever other files say; never replaced. */
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { connect } from '../../src/postgres/connect.ts'
import { openEmbedded } from '../../src/postgres/embedded.ts'
import { isAlive } from '../../src/postgres/process-mark.ts'
import { runningServer } from '../../src/postgres/running-server.ts'
import { postmasterOf, temporaryHome } from '../faults/home.ts'

const home = temporaryHome()
afterAll(() => home.remove())

const one = async (url: string) => {
  const client = await connect(url)
  try {
    return (await client.query<{ n: number }>('SELECT 1 AS n')).rows
  } finally {
    await client.end()
  }
}
/** A signal takes a moment to be carried out. */
const killed = async (pid: number) => {
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => isAlive(pid), { interval: 5 }).toBe(false)
}
const portFile = (folder: string) => path.join(folder, 'tributary.port')

test('a stopped server is waited for with a word, and joined when it goes on', async () => {
  const first = await openEmbedded(home.folder)
  const pid = postmasterOf(first.folder)
  const port = fs.readFileSync(portFile(first.folder), 'utf8')
  process.kill(pid, 'SIGSTOP')
  const said: string[] = []
  const joining = openEmbedded(home.folder, { say: (text) => said.push(text) })
  await sleep(6500)
  process.kill(pid, 'SIGCONT')
  const second = await joining
  expect(said.join('')).toContain(`Waiting for PostgreSQL (process ${pid})`)
  expect(second.url).toBe(first.url)
  expect(fs.readFileSync(portFile(first.folder), 'utf8')).toBe(port)
  expect(await one(second.url)).toEqual([{ n: 1 }])
  await second.close()
  // And everybody after it.
  const third = await openEmbedded(home.folder)
  expect(third.url).toBe(first.url)
  expect(postmasterOf(first.folder)).toBe(pid)
  await third.close()
  await first.close()
})

test("the port is the one of the server's own pid file, and a wrong port file is put right", async () => {
  const first = await openEmbedded(home.folder)
  fs.writeFileSync(portFile(first.folder), '1')
  const second = await openEmbedded(home.folder)
  expect(second.url).toBe(first.url)
  expect(fs.readFileSync(portFile(first.folder), 'utf8')).toBe(new URL(first.url).port)
  await second.close()
  await first.close()
})

test('who starts a killed server again keeps its port while others hold its address', async () => {
  const first = await openEmbedded(home.folder)
  process.kill(postmasterOf(first.folder), 'SIGKILL')
  const second = await openEmbedded(home.folder)
  expect(second.url).toBe(first.url)
  expect(await first.revive()).toBe(false)
  await killed(postmasterOf(first.folder))
  expect(await first.revive()).toBe(true)
  expect(await one(second.url)).toEqual([{ n: 1 }])
  await second.close()
  await first.close()
})

test('an empty pid file that a crash left does not lock the folder', async () => {
  const first = await openEmbedded(home.folder)
  await first.close()
  const file = path.join(first.folder, 'postmaster.pid')
  fs.writeFileSync(file, '')
  const long = new Date(Date.now() - 60_000)
  fs.utimesSync(file, long, long)
  const second = await openEmbedded(home.folder)
  expect(await one(second.url)).toEqual([{ n: 1 }])
  await second.close()
})

test.skipIf(process.platform !== 'linux')("another cluster's server under the old number is another server (needs /proc)", async () => {
  const other = temporaryHome()
  const [here, there] = [await openEmbedded(home.folder), await openEmbedded(other.folder)]
  await killed(postmasterOf(here.folder))
  const file = path.join(here.folder, 'postmaster.pid')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^\d+/, String(postmasterOf(there.folder))))
  expect(runningServer({ folder: here.folder })).toBeNull()
  const again = await openEmbedded(home.folder)
  expect(await one(again.url)).toEqual([{ n: 1 }])
  for (const server of [again, here, there]) await server.close()
  other.remove()
})
