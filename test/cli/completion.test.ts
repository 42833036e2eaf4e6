/** `tributary completion`: the shell's script, and what it is told at each Tab. */
import { expect, it } from 'vitest'
import { tributary } from './process.ts'

const suggestions = async (...typed: string[]) => {
  const { out, status } = await tributary(['complete', '--', ...typed]).ended
  expect(status).toBe(0)
  return out.split('\n').filter((line) => !line.startsWith(':')).map((line) => line.split('\t')[0])
}

it.each(['bash', 'zsh', 'fish', 'powershell'])('prints the script of %s', async (shell) => {
  const { out, status } = await tributary(['completion', shell]).ended
  expect(status).toBe(0)
  expect(out).toMatch(/complete/)
  expect(out).toMatch(/tributary/)
})

it('suggests commands, flags and what a flag may be', async () => {
  expect(await suggestions('exp')).toContain('export')
  expect(await suggestions('export', '--for')).toContain('--format')
  expect(await suggestions('export', '--format', '')).toEqual(expect.arrayContaining(['parquet', 'arrow', 'csv', 'jsonl']))
})
