import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isMarkAlive, processMark, withFileLock } from '../../src/postgres/lock.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-lock-'))
  file = path.join(folder, 'lock')
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

test('one action at a time, and the file is gone afterwards', async () => {
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
  expect(fs.existsSync(file)).toBe(false)
})

test('an action that fails gives the lock back', async () => {
  await expect(withFileLock(file, 100, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await expect(withFileLock(file, 100, async () => 'yes')).resolves.toBe('yes')
})

test('the lock of a process that is gone is taken over', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  const mark = processMark(child.pid!)
  await once(child, 'exit')
  fs.writeFileSync(file, mark)
  await expect(withFileLock(file, 1000, async () => 'taken')).resolves.toBe('taken')
})

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
