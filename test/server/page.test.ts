/** The page at `/` needs nothing but this server: no other host, and no script but its own. */
import { createHash } from 'node:crypto'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { readExamples } from '../../src/server/examples.ts'
import { buildPage } from '../../src/server/page.ts'

const examples = readExamples()
const { html, contentSecurityPolicy } = buildPage(examples)

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
    const { html: hostile } = buildPage([{ name: 'x', title: '<b>"&', description: '"><script>', query: '{ a(b: "c") }' }])
    expect(hostile).toContain('title="&quot;&gt;&lt;script&gt;"')
    expect(hostile).toContain('>&lt;b&gt;&quot;&amp;</button>')
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
