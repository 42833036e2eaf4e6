/** Runs bin/tributary.mjs as its users do. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { projectDir } from '../../src/config.ts'

export interface Running {
  child: ChildProcess
  out(): string
  err(): string
  /** Resolves when the output (of both streams) has a match. */
  seen(pattern: RegExp): Promise<RegExpExecArray>
  ended: Promise<{ status: number | null; out: string; err: string }>
}

/** From a folder that is not the project's. Killed at the end of the test, if it should still live. */
export function tributary(args: readonly string[], environment: NodeJS.ProcessEnv = {}, { detached = false }: Pick<SpawnOptions, 'detached'> = {}): Running {
  const env = { ...process.env, NO_COLOR: '1', NODE_ENV: 'production', ...environment }
  const script = join(projectDir, 'bin/tributary.mjs')
  const child = spawn(process.execPath, [script, ...args], { cwd: tmpdir(), detached, env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const ended = new Promise<{ status: number | null; out: string; err: string }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, out, err }))
  })
  const seen = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(out + err)
        if (match) resolve(match)
      }
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      child.on('close', () => reject(new Error(`ended without ${String(pattern)}: ${out}${err}`)))
      look()
    })
  return { child, out: () => out, err: () => err, seen, ended }
}
