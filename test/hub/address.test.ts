/** Addresses on the hub and the settings of its Python library. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeAddress, isHubAddress, parseHubAddress } from '../../src/hub/address.ts'
import { readHubSettings } from '../../src/hub/settings.ts'

describe('addresses', () => {
  it.each([
    ['hf:org/name', { kind: 'model', repo: 'org/name', revision: 'main', path: null }],
    ['hf:gpt2', { kind: 'model', repo: 'gpt2', revision: 'main', path: null }],
    ['hf:gpt2@v1', { kind: 'model', repo: 'gpt2', revision: 'v1', path: null }],
    ['hf:org/name@607a30d', { kind: 'model', repo: 'org/name', revision: '607a30d', path: null }],
    ['hf:org/name/a/b', { kind: 'model', repo: 'org/name', revision: 'main', path: 'a/b' }],
    ['hf:org/name@v1/a/b.txt', { kind: 'model', repo: 'org/name', revision: 'v1', path: 'a/b.txt' }],
    ['hf:org/name@refs/pr/12/a', { kind: 'model', repo: 'org/name', revision: 'refs/pr/12', path: 'a' }],
    ['hf:datasets/org/name', { kind: 'dataset', repo: 'org/name', revision: 'main', path: null }],
    ['hf:datasets/squad', { kind: 'dataset', repo: 'squad', revision: 'main', path: null }],
    ['hf:datasets/org/name@refs/convert/parquet/default/test/0000.parquet', { kind: 'dataset', repo: 'org/name', revision: 'refs/convert/parquet', path: 'default/test/0000.parquet' }],
  ])('%s', (text, address) => {
    expect(isHubAddress(text)).toBe(true)
    expect(parseHubAddress(text)).toEqual(address)
    expect(describeAddress(parseHubAddress(text))).toBe(text)
  })

  it.each([
    'hf:', 'hf:/name', 'hf:org/', 'hf:datasets/', 'hf:../name', 'hf:org/..', 'hf:-org/name', 'hf:org/na me', 'hf:org/a--b', 'hf:org/name@',
    'hf:org/name@/x',
  ])('%s is refused', (text) => {
    expect(() => parseHubAddress(text)).toThrow('names nothing on the hub; expected hf:')
  })

  it.each(['hf:org/name/../x', 'hf:org/name/a//b', 'hf:org/name/a\\b', 'hf:org/name/./x'])('%s is refused', (text) => {
    expect(() => parseHubAddress(text)).toThrow('leads out of its repository')
  })
})

describe('settings', () => {
  const folder = () => {
    const dir = mkdtempSync(join(tmpdir(), 'tributary-hub-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    return dir
  }

  it('are those of the Python library', async () => {
    const home = folder()
    expect(await readHubSettings({ HF_HOME: home })).toEqual({
      endpoint: 'https://huggingface.co', cacheDir: join(home, 'hub'), token: null, isOffline: false,
    })
    expect(await readHubSettings({ HF_HOME: home, HF_HUB_CACHE: '/c', HF_ENDPOINT: 'http://mirror.example/hf/', HF_HUB_OFFLINE: 'yes' })).toMatchObject({
      endpoint: 'http://mirror.example/hf', cacheDir: '/c', isOffline: true,
    })
    expect((await readHubSettings({ XDG_CACHE_HOME: home })).cacheDir).toBe(join(home, 'huggingface/hub'))
    expect((await readHubSettings({ HF_HOME: '~/hf' })).cacheDir).toBe(join(homedir(), 'hf/hub'))
    expect((await readHubSettings({ HF_HOME: home, HF_HUB_OFFLINE: '0' })).isOffline).toBe(false)
  })

  it('take the token from the environment, else from its file', async () => {
    const home = folder()
    writeFileSync(join(home, 'token'), 'hf_kept\n')
    expect((await readHubSettings({ HF_HOME: home })).token).toBe('hf_kept')
    expect((await readHubSettings({ HF_HOME: home, HF_TOKEN: ' hf_given ' })).token).toBe('hf_given')
    expect((await readHubSettings({ HF_HOME: home, HF_TOKEN_PATH: join(home, 'none') })).token).toBeNull()
  })

  it('that cannot be are refused, and a token is not repeated', async () => {
    await expect(readHubSettings({ HF_ENDPOINT: 'ftp://x' })).rejects.toThrow('HF_ENDPOINT is "ftp://x"; expected an address')
    const refused = readHubSettings({ HF_TOKEN: 'secret' })
    await expect(refused).rejects.toThrow('What HF_TOKEN holds is no token')
    await expect(refused).rejects.not.toThrow('secret')
  })
})
