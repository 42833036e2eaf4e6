/**
 * A process of the lock's test: goes inside when it is told to. The witness file is made exclusively and deleted again,
 * so a second one that is inside at the same time finds it.
 */
import fs from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { withFileLock } from '../../src/postgres/lock.ts'

const [file = '', witness = ''] = process.argv.slice(2)

async function enterOnce(): Promise<{ twoInside: boolean }> {
  return withFileLock(file, 30_000, async () => {
    try {
      fs.writeFileSync(witness, String(process.pid), { flag: 'wx' })
    } catch {
      return { twoInside: true }
    }
    for (let i = 0; i < 20; i++) await turn()
    fs.rmSync(witness)
    return { twoInside: false }
  })
}

process.on('message', () => {
  void enterOnce().then((outcome) => process.send?.(outcome), () => process.send?.({ twoInside: null }))
})
process.send?.('ready')
