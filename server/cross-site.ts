/**
 * GET requests that a page of another site may have sent unasked (an image, a script, a link) are refused by Apollo,
 * which knows them by the headers that a page cannot send without asking first. Some clients ask by GET and send none of
 * them, urql by default: they pass where something else shows that no other site is behind it. What shows it, no page
 * can forge: browsers write `Sec-Fetch-Site`, `Origin` and, in requests that go out unasked, `User-Agent` themselves.
 */
import type { RequestHandler } from 'express'

/** Takes the place of what Apollo looks for. */
const PASS = 'apollo-require-preflight'
const BROWSER = /^Mozilla\//i
/** What GraphQL clients ask for, and nobody else. */
const GRAPHQL = 'application/graphql-response+json'

export const passOwnGets =
  (allowedOrigins: readonly string[]): RequestHandler =>
  ({ method, headers }, _response, next) => {
    const { origin, host, accept = '', 'sec-fetch-site': site, 'user-agent': agent = '' } = headers
    const isFrom = (text: string) =>
      allowedOrigins.includes(text.toLowerCase()) || (URL.canParse(text) && new URL(text).host === host?.toLowerCase())
    const isOurs =
      site === 'same-origin' ||
      // Typed, or from a bookmark.
      site === 'none' ||
      (origin !== undefined && isFrom(origin)) ||
      // A GraphQL client that is no browser, and so no page. Browsers call themselves that, older ones too.
      (site === undefined && origin === undefined && !BROWSER.test(agent) && accept.includes(GRAPHQL))
    if (method === 'GET' && isOurs) headers[PASS] ??= 'true'
    next()
  }
