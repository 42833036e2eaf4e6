/** The page at `/` needs nothing but this server: no other host, and no script but its own. */
import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { readExamples } from '../../src/server/examples.ts'
import { buildPage } from '../../src/server/page.ts'

const examples = readExamples()
const { html, contentSecurityPolicy } = buildPage(examples, { needsKeys: true })

interface Sent {
  address: string
  headers: Record<string, string>
}

/** The page's script as a browser runs it, on elements that do no more than it needs; the server refuses what it asks. */
async function opened(page: string, storage = new Map<string, string>()) {
  const requests: Sent[] = []
  const elementOf = () => {
    const handlers = new Map<string, () => unknown>()
    return { value: '', textContent: '', handlers, addEventListener: (name: string, act: () => unknown) => handlers.set(name, act) }
  }
  const ids = [...page.matchAll(/ id="([\w-]+)"/g)].map(([, id = '']) => id)
  const elements = new Map(ids.map((id) => [id, elementOf()]))
  const [, script = ''] = page.match(/<script type="module">([^]*?)<\/script>/) ?? []
  await runInNewContext(`(async () => {${script}})()`, {
    document: { ...elementOf(), getElementById: (id: string) => elements.get(id) ?? null, querySelector: () => null },
    sessionStorage: {
      getItem: (name: string) => storage.get(name) ?? null,
      setItem: (name: string, value: string) => storage.set(name, value),
      removeItem: (name: string) => storage.delete(name),
    },
    performance,
    fetch: async (address: string, { headers }: Omit<Sent, 'address'>) => {
      requests.push({ address, headers: { ...headers } })
      return { json: async () => ({ errors: [{ message: 'no' }] }) }
    },
  })
  return {
    requests,
    storage,
    click: async (id: string) => elements.get(id)?.handlers.get('click')?.(),
    async type(id: string, value: string) {
      const element = elements.get(id)
      if (element) element.value = value
      await element?.handlers.get('change')?.()
    },
  }
}

describe('the page', () => {
  it('loads nothing from elsewhere', () => {
    expect(html).not.toMatch(/https?:\/\//)
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)=/)
  })

  it('allows its own script and style, and no others', () => {
    const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    const [, script = ''] = html.match(/<script type="module">([^]*?)<\/script>/) ?? []
    const [, style = ''] = html.match(/<style>([^]*?)<\/style>/) ?? []
    expect(script).toContain('/graphql')
    expect(contentSecurityPolicy).toContain(`script-src ${hashOf(script)}`)
    expect(contentSecurityPolicy).toContain(`style-src ${hashOf(style)}`)
    expect(contentSecurityPolicy).toContain("default-src 'none'")
    expect(html).not.toMatch(/\son\w+=/)
  })

  it('offers every example, safely quoted', () => {
    const offered = [...html.matchAll(/data-query="([^"]*)"/g)].map(([, query]) =>
      String(query).replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
    )
    expect(offered).toEqual(examples.map(({ query }) => query))
  })

  it('quotes what would end an attribute or a tag', () => {
    const { html: hostile } = buildPage([{ name: 'x', title: '<b>"&', description: '"><script>', query: '{ a(b: "c") }' }], {
      needsKeys: false,
    })
    expect(hostile).toContain('title="&quot;&gt;&lt;script&gt;"')
    expect(hostile).toContain('>&lt;b&gt;&quot;&amp;</button>')
  })
})

describe('the field for an API key', () => {
  const open = buildPage(examples, { needsKeys: false })

  it('is there where keys are needed, with a label, and nowhere else', () => {
    expect(html).toMatch(/<label for="key">API key<\/label>\s*<input id="key" type="password" autocomplete="off"/)
    expect(html).toMatch(/aria-describedby="(key-note)"[^]*<p id="\1">/)
    expect(open.html).not.toMatch(/<input|API key/)
    expect(open.contentSecurityPolicy).toBe(contentSecurityPolicy)
  })

  it('sends the key as a header, keeps it for the tab alone, and never has it in an address', async () => {
    const page = await opened(html)
    await page.type('key', '  secret ')
    await page.click('run')
    expect(page.storage).toEqual(new Map([['tributary-api-key', 'secret']]))
    const [first, ...later] = page.requests
    expect(first).toEqual({ address: '/graphql', headers: { 'content-type': 'application/json' } })
    expect(later).toHaveLength(2)
    for (const { address, headers } of later) {
      expect({ address, key: headers['x-api-key'] }).toEqual({ address: '/graphql', key: 'secret' })
    }
    const again = await opened(html, page.storage)
    expect(again.requests).toMatchObject([{ headers: { 'x-api-key': 'secret' } }])
    await again.type('key', '')
    expect(again.storage).toEqual(new Map())
  })

  it('is not missed where there is none', async () => {
    const page = await opened(open.html)
    await page.click('run')
    expect(page.requests.map(({ headers }) => headers)).toEqual(Array(2).fill({ 'content-type': 'application/json' }))
  })
})

describe('examples', () => {
  it('have a title, a description and one operation each', () => {
    expect(examples.length).toBeGreaterThan(4)
    for (const { name, title, description, query } of examples) {
      expect({ name, title, description }).toMatchObject({ title: expect.stringMatching(/\w/), description: expect.stringMatching(/\.$/) })
      expect({ name, operations: parse(query).definitions.length }).toEqual({ name, operations: 1 })
    }
  })
})
