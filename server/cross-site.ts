/**
 * A page of another site can send GET requests unasked (an image, a script, a link). Apollo refuses a GET without
 * certain headers, which a page cannot send without a preflight. But some clients, such as urql by default, send GET
 * without these headers. This file lets them pass if something else shows that no other site is behind the request. No
 * page can forge that sign: browsers write `Sec-Fetch-Site`, `Origin` and, in requests without a preflight,
 * `User-Agent` themselves.
 */
import type { RequestHandler } from 'express'

/** The header that is set so that Apollo lets the request pass. */
const PASS = 'apollo-require-preflight'
const BROWSER = /^Mozilla\//i
/** The media type that only GraphQL clients ask for. */
const GRAPHQL = 'application/graphql-response+json'

export const passOwnGets =
  (allowedOrigins: readonly string[]): RequestHandler =>
  ({ method, headers }, _response, next) => {
    const { origin, host, accept = '', 'sec-fetch-site': site, 'user-agent': agent = '' } = headers
    const isFrom = (text: string) =>
      allowedOrigins.includes(text.toLowerCase()) || (URL.canParse(text) && new URL(text).host === host?.toLowerCase())
    const isOurs =
      site === 'same-origin' ||
      // The user typed the address or followed a bookmark.
      site === 'none' ||
      (origin !== undefined && isFrom(origin)) ||
      // A GraphQL client that is no browser, so no page can be behind it. Browsers, older ones too, name themselves in
      // `User-Agent`.
      (site === undefined && origin === undefined && !BROWSER.test(agent) && accept.includes(GRAPHQL))
    if (method === 'GET' && isOurs) headers[PASS] ??= 'true'
    next()
  }
