/**
 * The page at `/`: says what this is and runs example queries. It loads nothing from anywhere (Apollo's own page needs
 * the network), and its content security policy keeps it so: the hashes allow the inline script and style, nothing else.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Router, Router as createRouter } from 'express'
import type { Access } from './access/access.ts'
import { type Example, readExamples } from './examples.ts'

const file = (name: string) => readFileSync(join(import.meta.dirname, 'page', name), 'utf8')
const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign)

const buttonOf = ({ title, description, query }: Example) =>
  `<button type="button" title="${escapeHtml(description)}" data-query="${escapeHtml(query)}">` +
  `${escapeHtml(title)}</button>`

/** Where no key is needed, a field for one would only puzzle. */
const KEY_FIELD = `<label for="key">API key</label>
    <input id="key" type="password" autocomplete="off" spellcheck="false" aria-describedby="key-note">
    <p id="key-note">Kept until this tab is closed, and sent as x-api-key. Computing and writing need one.</p>`

interface Page {
  html: string
  contentSecurityPolicy: string
}

export function buildPage(examples: readonly Example[], { needsKeys }: Pick<Access, 'needsKeys'>): Page {
  const style = file('page.css')
  const script = file('page.js')
  const html = file('page.html')
    .replace('/*STYLE*/', () => style)
    .replace('/*SCRIPT*/', () => script)
    .replace('<!--KEY-->', () => (needsKeys ? KEY_FIELD : ''))
    .replace('<!--EXAMPLES-->', () => examples.map(buttonOf).join('\n'))
  const contentSecurityPolicy = [
    "default-src 'none'",
    "connect-src 'self'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return { html, contentSecurityPolicy }
}

export function pageRoutes(access: Pick<Access, 'needsKeys'>): Router {
  const { html, contentSecurityPolicy } = buildPage(readExamples(), access)
  const routes = createRouter()
  routes.get('/', (_request, response) => {
    response.set({ 'content-security-policy': contentSecurityPolicy, 'x-content-type-options': 'nosniff' })
    response.type('html').send(html)
  })
  // Someone typed the address of the API into a browser.
  routes.get('/graphql', (request, response, next) => {
    const fromBrowser = request.query['query'] === undefined && request.accepts(['json', 'html']) === 'html'
    if (fromBrowser) response.redirect('/')
    else next()
  })
  return routes
}
