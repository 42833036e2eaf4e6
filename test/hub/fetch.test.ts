/** Files of the hub come into the cache as its Python library would put them there, however the network behaves. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseHubAddress } from '../../src/hub/address.ts'
import { fetchFromHub, type FetchFromHub } from '../../src/hub/fetch.ts'
import type { HubSettings } from '../../src/hub/settings.ts'
import { answer, standInHub, type StandIn, type StandInRepository } from './stand-in.ts'

const WEIGHTS = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251))
const model: StandInRepository = {
  name: 'org/model',
  files: { 'config.json': '{"a":1}', 'model.safetensors': WEIGHTS, 'onnx/model.onnx': 'x', 'a folder/b#c.json': '{}', empty: '' },
  lfs: ['model.safetensors', 'onnx/model.onnx'],
  revisions: ['main', 'v1', 'refs/pr/1'],
}

function cacheDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tributary-hub-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

const settingsOf = (hub: Pick<StandIn, 'endpoint'>, more: Partial<HubSettings> = {}): HubSettings => ({
  endpoint: hub.endpoint, cacheDir: cacheDir(), token: null, isOffline: false, ...more,
})

async function fetching(address: string, settings: HubSettings, more: Partial<FetchFromHub> = {}) {
  const said: string[] = []
  const progress: number[] = []
  const fetched = await fetchFromHub(parseHubAddress(address), {
    settings,
    signal: new AbortController().signal,
    select: (paths) => paths,
    onProgress: ({ doneBytes }) => progress.push(doneBytes),
    say: (sentence) => said.push(sentence),
    pauseMs: 1,
    ...more,
  })
  return { ...fetched, said, progress }
}

/** The large file's requests, without the others. */
const large = (hub: StandIn) => hub.requests.filter((request) => request.startsWith('CDN'))

/** Until so many bytes of the large file lie in the cache, which they reach after they came. */
async function onDisk(hub: StandIn, { cacheDir }: HubSettings, bytes: number): Promise<void> {
  const blobs = join(cacheDir, 'models--org--model/blobs')
  // Behind it the name has the process that writes it.
  const begun = `${hub.etagOf('org/model', 'model.safetensors')}.incomplete`
  const sizes = () => readdirSync(blobs).filter((name) => name.startsWith(begun)).map((name) => statSync(join(blobs, name)).size)
  await expect.poll(sizes, { interval: 5 }).toEqual([bytes])
}

describe('a repository', () => {
  it('is laid out as blobs, links and a ref', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    const { dir, commit, files } = await fetching('hf:org/model', settings)
    const root = join(settings.cacheDir, 'models--org--model')
    expect(commit).toBe(hub.commitOf('org/model'))
    expect(dir).toBe(join(root, 'snapshots', commit))
    expect(files).toEqual(Object.keys(model.files))
    expect(readFileSync(join(dir, 'model.safetensors')).equals(WEIGHTS)).toBe(true)
    expect(readFileSync(join(dir, 'a folder/b#c.json'), 'utf8')).toBe('{}')
    expect(readFileSync(join(dir, 'empty'), 'utf8')).toBe('')
    expect(readlinkSync(join(dir, 'model.safetensors'))).toBe(`../../blobs/${hub.etagOf('org/model', 'model.safetensors')}`)
    expect(readlinkSync(join(dir, 'onnx/model.onnx'))).toBe(`../../../blobs/${hub.etagOf('org/model', 'onnx/model.onnx')}`)
    expect(readFileSync(join(root, 'refs/main'), 'utf8')).toBe(commit)
    expect(readdirSync(join(root, 'blobs')).sort()).toEqual(
      [...new Set(Object.keys(model.files).map((path) => hub.etagOf('org/model', path)))].sort(),
    )
  })

  it('gives only the files that are asked for, and nothing twice', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    const select = (paths: readonly string[]) => paths.filter((path) => /^(config\.json|model\.)/.test(path))
    const first = await fetching('hf:org/model', settings, { select })
    expect(first.files).toEqual(['config.json', 'model.safetensors'])
    expect(first.progress.at(-1)).toBe(WEIGHTS.length + 7)
    expect(existsSync(join(first.dir, 'onnx'))).toBe(false)
    hub.requests.length = 0
    const again = await fetching('hf:org/model@v1', settings, { select })
    expect(again).toMatchObject({ dir: first.dir, progress: [] })
    expect(hub.requests.filter((request) => request.includes('resolve'))).toEqual([])
  })

  it('has revisions: tags, commits, and refs with slashes', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    const commit = hub.commitOf('org/model')
    const select = () => ['config.json']
    for (const revision of ['v1', commit, 'refs/pr/1']) expect(await fetching(`hf:org/model@${revision}`, settings, { select })).toMatchObject({ commit })
    const refs = join(settings.cacheDir, 'models--org--model/refs')
    expect(readdirSync(refs, { recursive: true }).sort()).toEqual(['refs', 'refs/pr', 'refs/pr/1', 'v1'])
  })

  it('of data lies beside those of models', async () => {
    const hub = await standInHub([{ name: 'datasets/org/set', files: { 'a.jsonl': '{}' } }])
    const { dir } = await fetching('hf:datasets/org/set', settingsOf(hub))
    expect(dir).toContain(join('datasets--org--set', 'snapshots'))
    expect(readFileSync(join(dir, 'a.jsonl'), 'utf8')).toBe('{}')
  })
})

describe('a download that breaks off', () => {
  const select = () => ['model.safetensors']

  it('goes on where it was, as often as it takes', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    hub.cuts = [100_000, 50_000, 1]
    hub.beforeCut = (bytes) => onDisk(hub, settings, bytes)
    const { dir } = await fetching('hf:org/model', settings, { select })
    expect(readFileSync(join(dir, 'model.safetensors')).equals(WEIGHTS)).toBe(true)
    expect(large(hub).map((request) => /\[(.*)\]/.exec(request)?.[1] ?? '')).toEqual(['', 'bytes=100000-', 'bytes=150000-', 'bytes=150001-'])
  })

  it('goes on in the next process, also from what the Python library left', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    const blobs = join(settings.cacheDir, 'models--org--model/blobs')
    mkdirSync(blobs, { recursive: true })
    const etag = hub.etagOf('org/model', 'model.safetensors')
    writeFileSync(join(blobs, `${etag}.incomplete`), WEIGHTS.subarray(0, 200_000))
    const { dir } = await fetching('hf:org/model', settings, { select })
    expect(readFileSync(join(dir, 'model.safetensors')).equals(WEIGHTS)).toBe(true)
    expect(large(hub)).toEqual([expect.stringContaining('[bytes=200000-]')])
    expect(readdirSync(blobs)).toEqual([etag])
  })

  it('leaves its bytes for the next attempt when it is stopped', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    const stop = new AbortController()
    hub.fault = (_request, response) => {
      if (!large(hub).length) return false
      response.writeHead(200, { 'content-length': WEIGHTS.length })
      response.write(WEIGHTS.subarray(0, 100_000))
      return true
    }
    const onProgress = ({ doneBytes }: { doneBytes: number }) => {
      if (doneBytes === 100_000) void onDisk(hub, settings, doneBytes).finally(() => stop.abort())
    }
    await expect(fetching('hf:org/model', settings, { select, signal: stop.signal, onProgress })).rejects.toThrow()
    const blobs = join(settings.cacheDir, 'models--org--model/blobs')
    expect(readdirSync(blobs)).toEqual([`${hub.etagOf('org/model', 'model.safetensors')}.incomplete`])
    expect(existsSync(join(settings.cacheDir, 'models--org--model/refs'))).toBe(false)
    hub.fault = () => false
    await fetching('hf:org/model', settings, { select })
    expect(large(hub).at(-1)).toContain('[bytes=100000-]')
  })

  it('is taken over from a process that was killed', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    const blobs = join(settings.cacheDir, 'models--org--model/blobs')
    mkdirSync(blobs, { recursive: true })
    const etag = hub.etagOf('org/model', 'model.safetensors')
    const { hostname } = await import('node:os')
    const host = hostname().replace(/[^A-Za-z0-9-]/g, '-')
    // No process has this number; that of the other is alive, and its file is left alone.
    writeFileSync(join(blobs, `${etag}.incomplete.${host}.${2 ** 22 + 5}`), WEIGHTS.subarray(0, 250_000))
    writeFileSync(join(blobs, `${etag}.incomplete.${host}.1`), WEIGHTS.subarray(0, 10))
    await fetching('hf:org/model', settings, { select })
    expect(large(hub)).toEqual([expect.stringContaining('[bytes=250000-]')])
    expect(readdirSync(blobs).sort()).toEqual([etag, `${etag}.incomplete.${host}.1`])
  })

  it('passes over what it has where a server knows no ranges', async () => {
    const hub = await standInHub([model])
    hub.ignoresRanges = true
    hub.cuts = [100_000]
    const { dir } = await fetching('hf:org/model', settingsOf(hub), { select })
    expect(readFileSync(join(dir, 'model.safetensors')).equals(WEIGHTS)).toBe(true)
  })

  it('is given up when it brings nothing any more', async () => {
    const hub = await standInHub([model])
    hub.cuts = Array.from({ length: 50 }, () => 0)
    await expect(fetching('hf:org/model', settingsOf(hub), { select })).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('model.safetensors broke off 5 times at 0 of 300000 bytes'),
    })
  })
})

describe('bytes that are not those that the hub announces', () => {
  const select = () => ['model.safetensors']

  it('are fetched anew, once', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    const blobs = join(settings.cacheDir, 'models--org--model/blobs')
    mkdirSync(blobs, { recursive: true })
    writeFileSync(join(blobs, `${hub.etagOf('org/model', 'model.safetensors')}.incomplete`), Buffer.alloc(1000, 1))
    const { dir } = await fetching('hf:org/model', settings, { select })
    expect(readFileSync(join(dir, 'model.safetensors')).equals(WEIGHTS)).toBe(true)
    expect(large(hub)).toEqual([expect.stringContaining('[bytes=1000-]'), expect.not.stringContaining('[')])
  })

  it('are refused when they come again, and nothing of them stays', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    hub.fault = (_request, response) => {
      if (!large(hub).length) return false
      answer(response, 200, 'y'.repeat(WEIGHTS.length))
      return true
    }
    await expect(fetching('hf:org/model', settings, { select })).rejects.toThrow('arrived twice with other bytes')
    expect(readdirSync(join(settings.cacheDir, 'models--org--model/blobs'))).toEqual([])
  })

  it('are replaced where a blob is shorter than it should be', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    const blobs = join(settings.cacheDir, 'models--org--model/blobs')
    mkdirSync(blobs, { recursive: true })
    writeFileSync(join(blobs, hub.etagOf('org/model', 'model.safetensors')), 'cut off')
    const { dir } = await fetching('hf:org/model', settings, { select })
    expect(readFileSync(join(dir, 'model.safetensors')).equals(WEIGHTS)).toBe(true)
  })
})

describe('tokens', () => {
  const secret: StandInRepository = { ...model, name: 'org/secret', token: 'hf_right' }

  it('open what is private, and never go to another host', async () => {
    const hub = await standInHub([secret])
    const { dir } = await fetching('hf:org/secret', settingsOf(hub, { token: 'hf_right' }))
    // The other host refuses whoever brings one.
    expect(readFileSync(join(dir, 'model.safetensors')).equals(WEIGHTS)).toBe(true)
  })

  it.each([
    [null, 'UNAUTHENTICATED', 'does not give hf:org/secret to everyone: is its name right? If it is private, set HF_TOKEN'],
    ['hf_wrong', 'UNAUTHENTICATED', 'does not give hf:org/secret to this token: is its name right, and may the token of HF_TOKEN read it?'],
  ])('%s', async (token, code, message) => {
    const hub = await standInHub([secret])
    const refused = fetching('hf:org/secret', settingsOf(hub, { token }))
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it('do not help before the terms of a gated repository are accepted', async () => {
    const hub = await standInHub([{ ...model, isGated: true }])
    await expect(fetching('hf:org/model', settingsOf(hub, { token: 'hf_x' }))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('accept its terms on its page'),
    })
  })
})

describe('what is not there', () => {
  it.each([
    ['hf:org/other', 'There is no model hf:org/other on the hub; is its name right?'],
    ['hf:datasets/org/other', 'There is no dataset hf:datasets/org/other on the hub; is its name right?'],
    ['hf:org/model@v2', 'hf:org/model has no revision "v2"; expected a branch, a tag or a commit.'],
  ])('%s', async (address, message) => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    await expect(fetching(address, settings)).rejects.toMatchObject({ code: 'NOT_FOUND', message })
    expect(readdirSync(settings.cacheDir)).toEqual([])
  })
})

describe('a hub in trouble', () => {
  const select = () => ['config.json']

  it('is asked again after it was busy or broken', async () => {
    const hub = await standInHub([model])
    const troubles = [429, 500, 503]
    hub.fault = (_request, response) => {
      const status = troubles.shift()
      if (status === undefined) return false
      answer(response, status, 'trouble', status === 429 ? { 'retry-after': '0' } : {})
      return true
    }
    expect((await fetching('hf:org/model', settingsOf(hub), { select })).files).toEqual(['config.json'])
    expect(troubles).toEqual([])
  })

  it('that refuses for good is told', async () => {
    const hub = await standInHub([model])
    hub.fault = (_request, response) => {
      answer(response, 429, 'no', { 'retry-after': '0' })
      return true
    }
    await expect(fetching('hf:org/model', settingsOf(hub), { select })).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  })

  it.each([
    ['broken', (hub: StandIn) => (hub.fault = (_request, response) => (answer(response, 500, 'broken'), true)), 'status 500'],
    ['silent', (hub: StandIn) => hub.close(), 'ECONNREFUSED'],
  ])('%s: the cache is taken where it has the files, and said to be', async (_, spoil, why) => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    const before = await fetching('hf:org/model', settings, { select })
    await spoil(hub)
    const after = await fetching('hf:org/model', settings, { select })
    expect(after).toMatchObject({ dir: before.dir, files: ['config.json'] })
    expect(after.said).toEqual([expect.stringMatching(new RegExp(`^The hub cannot be reached \\(.*${why}.*\\); hf:org/model is taken from the cache`))])
    await expect(fetching('hf:org/other', settings, { select })).rejects.toMatchObject({
      code: 'TIMEOUT', message: expect.stringContaining(`hf:org/other is not in the cache (${settings.cacheDir})`),
    })
  })

  it('that is none is told', async () => {
    const hub = await standInHub([model])
    hub.fault = (_request, response) => (answer(response, 200, '<html>'), true)
    await expect(fetching('hf:org/model', settingsOf(hub), { select })).rejects.toThrow('is HF_ENDPOINT a hub?')
  })

  it.each([
    ['a path that leads out', { path: '../../../x' }],
    ['a path that is absolute', { path: '/etc/x' }],
    ['a digest that is a path', { oid: '../x' }],
    ['a size that is none', { size: -1 }],
  ])('%s is refused', async (_, entry) => {
    const hub = await standInHub([model])
    hub.fault = (request, response) => {
      if (!request.url?.includes('/tree/')) return false
      const file = { type: 'file', path: 'x', oid: 'a'.repeat(40), size: 1, ...entry }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify([file]))
      return true
    }
    await expect(fetching('hf:org/model', settingsOf(hub))).rejects.toThrow('that cannot be')
  })
})

describe('offline', () => {
  it('takes what is there without a request, and says what is not', async () => {
    const hub = await standInHub([model])
    const settings = settingsOf(hub)
    const select = (paths: readonly string[]) => paths.filter((path) => path.endsWith('.json'))
    const { dir } = await fetching('hf:org/model', settings, { select })
    hub.requests.length = 0
    const offline = { ...settings, isOffline: true }
    expect(await fetching('hf:org/model', offline, { select })).toMatchObject({ dir, files: ['a folder/b#c.json', 'config.json'], said: [] })
    expect(await fetching(`hf:org/model@${hub.commitOf('org/model')}`, offline, { select })).toMatchObject({ dir })
    await expect(fetching('hf:org/model@v1', offline, { select })).rejects.toThrow('nothing can be fetched: HF_HUB_OFFLINE is set')
    expect(hub.requests).toEqual([])
  })
})
