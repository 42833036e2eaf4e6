/** What computes tells nobody: onnxruntime would note in the home folder what it runs, and send it to its makers. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { projectDir } from '../../src/config.ts'
import { tributary } from './process.ts'

test('a command that computes leaves nothing in the home folder', async () => {
  const home = await mkdtemp(join(tmpdir(), 'tributary-home-'))
  onTestFinished(() => rm(home, { recursive: true }))
  // Where CI is set, or a cache has another place, onnxruntime would write nothing there anyway.
  const environment = { HOME: home, CI: undefined, XDG_CACHE_HOME: undefined, ORT_DISABLE_TELEMETRY: undefined }
  const { ended } = tributary(['attribute', '--model', join(projectDir, 'demo/model'), '--text', 'The capital of France is'], environment)
  expect(await ended).toMatchObject({ status: 0 })
  expect(await readdir(home, { recursive: true })).toEqual([])
})
