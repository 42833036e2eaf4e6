import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withFileLock } from '../../src/postgres/lock.ts'
import { isMarkAlive, processMark } from '../../src/postgres/process-mark.ts'
import { enterTogether } from '../torture/enter-together.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-lock-'))
  file = path.join(folder, 'lock')
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

test('one action at a time', async () => {
  let inside = 0
  let most = 0
  const action = () =>
    withFileLock(file, 5000, async () => {
      most = Math.max(most, ++inside)
      await sleep(5)
      inside--
    })
  await Promise.all(Array.from({ length: 5 }, action))
  expect(most).toBe(1)
})

test('an action that fails gives the lock back', async () => {
  await expect(withFileLock(file, 100, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await expect(withFileLock(file, 100, async () => 'yes')).resolves.toBe('yes')
})

test('a lock is given back on a full disk, too, where its release cannot be written', async () => {
  await withFileLock(file, 100, async () => {
    vi.spyOn(fs, 'writeFileSync').mockImplementationOnce(() => {
      throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
    })
  })
  await expect(withFileLock(file, 100, async () => 'free')).resolves.toBe('free')
})

test('the lock of a process that is gone is taken over, also one that an older version left', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  const mark = processMark(child.pid!)
  await once(child, 'exit')
  fs.writeFileSync(file, mark)
  await expect(withFileLock(file, 1000, async () => 'taken')).resolves.toBe('taken')
  fs.writeFileSync(path.join(`${file}.turns`, '2'), mark)
  await expect(withFileLock(file, 1000, async () => 'taken')).resolves.toBe('taken')
})

test('a lock that an older version holds is waited for', async () => {
  fs.writeFileSync(file, processMark(process.pid))
  await expect(withFileLock(file, 50, async () => undefined)).rejects.toThrow(file)
  fs.rmSync(file)
  await expect(withFileLock(file, 50, async () => 'free')).resolves.toBe('free')
})

test('what turns leave behind does not grow', async () => {
  for (let i = 0; i < 60; i++) await withFileLock(file, 1000, async () => undefined)
  expect(fs.readdirSync(`${file}.turns`).length).toBeLessThan(20)
})

test('of six processes that find a dead owner at once, never two are inside', async () => {
  expect(await enterTogether({ folder, processes: 6, rounds: ROUNDS })).toEqual({ rounds: ROUNDS, twoInside: 0, failed: 0 })
})

/** The long form has more (npm run torture). */
const ROUNDS = 30

test.skipIf(process.platform !== 'linux')(
  'a process with the same number that started at another time is another process (needs /proc)',
  () => {
    expect(isMarkAlive(processMark(process.pid))).toBe(true)
    expect(isMarkAlive(`${process.pid} 1`)).toBe(false)
  },
)

test('whoever waits too long is told which file is in the way', async () => {
  await withFileLock(file, 1000, async () => {
    await expect(withFileLock(file, 50, async () => undefined)).rejects.toThrow(file)
  })
})
