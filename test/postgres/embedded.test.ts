import { fork } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { serverPid } from '../../src/postgres/running-server.ts'
import { connect } from '../../src/postgres/connect.ts'
import { holdEmbedded, openEmbedded } from '../../src/postgres/embedded.ts'
import { isAlive } from '../../src/postgres/process-mark.ts'
import { mayAccess, run } from '../../src/postgres/run.ts'

let home: string
beforeAll(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-embedded-'))
  fs.chmodSync(home, 0o755)
})
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

const userProcess = () =>
  fork(path.join(import.meta.dirname, 'embedded-user.ts'), [home], { execArgv: ['--import', 'tsx'] })
const openedSchema = z.object({ url: z.string(), folder: z.string() })
const pidOf = (folder: string) => serverPid({ folder })
const query = async (url: string, sql: string) => {
  const client = await connect(url)
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

test('processes that start at the same moment share one server, and the last one out stops it', async () => {
  const children = [userProcess(), userProcess()]
  const opened = await Promise.all(
    children.map(async (child) => openedSchema.parse(JSON.parse(String((await once(child, 'message'))[0])))),
  )
  expect(opened[0]).toEqual(opened[1])
  const folder = opened[0]!.folder
  const pid = pidOf(folder)
  expect(pid).not.toBeNull()

  children[0]!.send('close')
  await once(children[0]!, 'exit')
  expect(isAlive(pid!)).toBe(true)
  children[1]!.send('close')
  await once(children[1]!, 'exit')
  expect(pidOf(folder)).toBeNull()
  expect(isAlive(pid!)).toBe(false)
  expect(fs.readdirSync(path.dirname(folder)).filter((name) => name.includes('.new-'))).toEqual([])
})

test('what was committed survives kill -9 of the server, and the port and password stay', async () => {
  const first = await openEmbedded(home)
  await query(first.url, 'CREATE TABLE kept (n int)')
  await query(first.url, 'INSERT INTO kept SELECT generate_series(1, 1000)')
  process.kill(pidOf(first.folder)!, 'SIGKILL')
  const second = await openEmbedded(home)
  expect(second.url).toBe(first.url)
  expect(await query(second.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }])
  await first.close()
  expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  await second.close()
  await expect(connect(second.url)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
})

test("a pid file whose number is another program's does not lock the folder", async () => {
  const first = await openEmbedded(home)
  process.kill(pidOf(first.folder)!, 'SIGKILL')
  const file = path.join(first.folder, 'postmaster.pid')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^\d+/, String(process.pid)))
  const second = await openEmbedded(home)
  expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  await first.close()
  await second.close()
})

test('a user that was killed does not keep the server running; one that holds it does', async () => {
  const child = userProcess()
  await once(child, 'message')
  const leave = await holdEmbedded(home)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const server = await openEmbedded(home)
  await server.close()
  expect(pidOf(server.folder)).not.toBeNull()
  await leave()
  expect(pidOf(server.folder)).toBeNull()
})

test('the server listens on loopback only and asks for the password', async () => {
  const server = await openEmbedded(home)
  try {
    expect(await query(server.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    const stranger = new URL(server.url)
    stranger.password = 'guess'
    await expect(connect(stranger.href)).rejects.toThrow('password authentication failed')
  } finally {
    await server.close()
  }
})

test('a folder of another PostgreSQL version is left alone, with a sentence', async () => {
  const server = await openEmbedded(home)
  await server.close()
  const file = path.join(server.folder, 'PG_VERSION')
  const version = fs.readFileSync(file, 'utf8')
  fs.writeFileSync(file, '12\n')
  try {
    await expect(openEmbedded(home)).rejects.toThrow(
      /was made by PostgreSQL 12, and this version of Tributary brings 18/,
    )
  } finally {
    fs.writeFileSync(file, version)
  }
})

test.skipIf(process.platform === 'win32')('a shell that a signal ended has not said that an account has no access (needs /bin/sh)', async () => {
  const shell = path.join(home, 'killed-shell')
  fs.writeFileSync(shell, '#!/bin/sh\nkill -INT $$\n', { mode: 0o755 })
  const { uid, gid } = fs.statSync(home)
  const account = { uid, gid, name: 'somebody' }
  await expect(mayAccess(account, '-x', home, shell)).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message: expect.stringContaining('ended by SIGINT') as string,
  })
  expect(await mayAccess(account, '-x', home)).toBe(true)
  expect(await mayAccess(account, '-x', path.join(home, 'nowhere'))).toBe(false)
})

test.skipIf(process.platform === 'win32')('programs run in a group of their own, which a Ctrl-C of the terminal does not reach', async () => {
  const { output } = await run('/bin/sh', ['-c', 'ps -o pgid= -p $$; echo $$'])
  const [group, pid] = output.trim().split(/\s+/)
  expect(group).toBe(pid)
})

test('who is told to end while it opens the server stops what it has started', async () => {
  const interrupted = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-interrupted-'))
  fs.chmodSync(interrupted, 0o755)
  onTestFinished(() => fs.rmSync(interrupted, { recursive: true, force: true }))
  const folder = path.join(interrupted, 'postgres')
  const moments = [
    () => true,
    () => fs.readdirSync(interrupted).some((name) => name.includes('.new-')),
    () => pidOf(folder) !== null,
  ]
  for (const isNow of moments) {
    const ending = new AbortController()
    const opened = openEmbedded(interrupted, { signal: ending.signal })
    const rejected = expect(opened).rejects.toMatchObject({ name: 'AbortError' })
    await expect.poll(isNow, { interval: 2 }).toBe(true)
    ending.abort()
    await rejected
    expect(pidOf(folder)).toBeNull()
    expect(fs.readdirSync(interrupted).filter((name) => name.includes('.new-'))).toEqual([])
  }
  // And the folder is whole.
  const server = await openEmbedded(interrupted)
  expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  await server.close()
})
