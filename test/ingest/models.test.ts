import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { findModelFolder } from '../../ingest/models/find.ts'
import { readRegistry, registerModel, unregisterModel } from '../../ingest/models/registry.ts'
import { resolveConfig, type Config } from '../../src/config.ts'

let home: string
let config: Config
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tributary-home-'))
  config = resolveConfig({ homeDir: home }, {})
  return () => rmSync(home, { recursive: true })
})

const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), 'tributary-model-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

it('finds folders, then the models added here, then what the database knows', async () => {
  const [dir, other] = [folder(), folder()]
  await registerModel(home, 'mine', dir)
  expect(await findModelFolder(dir, config)).toEqual({ dir, id: null })
  expect(await findModelFolder('mine', config)).toEqual({ dir, id: 'mine' })
  expect(await findModelFolder('theirs', config, async () => other)).toEqual({ dir: other, id: 'theirs' })
})

it('a folder hides the model of that id only where it is a model itself', async () => {
  const [added, here] = [folder(), folder()]
  await registerModel(home, here, added)
  expect(await findModelFolder(here, config)).toEqual({ dir: added, id: here })
  writeFileSync(join(here, 'config.json'), '{}')
  expect(await findModelFolder(here, config)).toEqual({ dir: here, id: null })
})

it('says what there is when there is no such model', async () => {
  await expect(findModelFolder('mine', config, async () => null)).rejects.toThrow('and none has been added here')
  await registerModel(home, 'a', folder())
  await registerModel(home, 'b', folder())
  await expect(findModelFolder('mine', config)).rejects.toThrow(
    'There is no model "mine": no folder has that name, and those added here are a, b; add one with tributary model add DIR.',
  )
  await expect(findModelFolder('./mine', config)).rejects.toThrow('There is no folder')
})

it('says when a model has moved', async () => {
  await registerModel(home, 'mine', join(home, 'gone'))
  await expect(findModelFolder('mine', config)).rejects.toThrow(`The model mine was added from ${join(home, 'gone')}, which is gone`)
})

it('forgets', async () => {
  await registerModel(home, 'a', '/x')
  await registerModel(home, 'b', '/y')
  await unregisterModel(home, 'a')
  expect([...(await readRegistry(home))]).toEqual([['b', '/y']])
})

it('refuses a damaged registry', async () => {
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'models.json'), '{"a": ')
  await expect(readRegistry(home)).rejects.toThrow('is damaged; delete it and add the models again.')
})
