/** The explorer's files: from this address, with a policy that lets nothing else in, and never instead of the API. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explorerRoutes } from '../../server/explorer.ts'

const dist = mkdtempSync(join(tmpdir(), 'tributary-explorer-'))
const routes = express().use(explorerRoutes(dist)).use((_request, response) => void response.status(404).json({ api: true }))
let url = ''
const http = routes.listen(0, '127.0.0.1')

beforeAll(async () => {
  mkdirSync(join(dist, 'assets'))
  await new Promise((resolve) => void (http.listening ? resolve(null) : http.once('listening', resolve)))
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
})
afterAll(() => {
  http.close()
  rmSync(dist, { recursive: true })
})

const page = (path: string) => fetch(url + path, { headers: { accept: 'text/html,*/*;q=0.8' } })

describe('the explorer', () => {
  it('says how it is built, where it was not', async () => {
    const response = await page('/')
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('node bin/build-web.mjs')
    writeFileSync(join(dist, 'index.html'), '<!doctype html>explorer')
    writeFileSync(join(dist, 'query.html'), '<!doctype html>query')
    writeFileSync(join(dist, 'assets', 'index-abc.js'), 'let a = 1\n'.repeat(200))
    writeFileSync(join(dist, 'assets', 'index-abc.js.br'), 'compressed')
  })

  it('answers at the address of every view with its page, whose policy allows nothing inline and no other host', async () => {
    for (const path of ['/', '/library', '/dataset/demo-ioi', '/run/abc?status=FAILED', '/experiments']) {
      const response = await page(path)
      expect({ path, status: response.status, body: await response.text() }).toEqual({ path, status: 200, body: '<!doctype html>explorer' })
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
      expect(response.headers.get('cache-control')).toBe('no-cache')
    }
  })

  it('is the page of an unknown address, too, with the status that says so', async () => {
    expect((await page('/nonsense')).status).toBe(404)
  })

  it('has the query page at /graphql for browsers, where styles alone may be inline', async () => {
    const response = await page('/graphql')
    expect(await response.text()).toBe('<!doctype html>query')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy.match(/[\w-]+ [^;]*unsafe[^;]*/g)).toEqual(["style-src 'self' 'unsafe-inline'"])
  })

  it('leaves queries, programs and unknown files to the API', async () => {
    for (const [path, accept] of [['/graphql?query={a}', 'text/html'], ['/', 'application/json'], ['/nonsense', '*/*'], ['/graphql', 'application/json']] as const) {
      const response = await fetch(url + path, { headers: { accept } })
      expect({ path, body: await response.json() }).toEqual({ path, body: { api: true } })
    }
    expect((await fetch(`${url}/assets/none.js`, { headers: { accept: '*/*' } })).status).toBe(404)
    expect((await fetch(`${url}/assets/..%2findex.html`)).status).toBe(404)
  })

  it('sends files that never change, compressed where that is taken', async () => {
    const plain = await fetch(`${url}/assets/index-abc.js`, { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(plain.headers.get('content-encoding')).toBeNull()
    const compressed = await fetch(`${url}/assets/index-abc.js`, { headers: { 'accept-encoding': 'br' }, method: 'HEAD' })
    expect(compressed.headers.get('content-encoding')).toBe('br')
    expect(compressed.headers.get('content-type')).toContain('javascript')
  })
})
