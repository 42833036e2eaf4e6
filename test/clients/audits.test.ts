/** GraphQL over HTTP as its specification's own audits see it: every MUST and SHOULD holds, but for those decided otherwise. */
import { serverAudits } from 'graphql-http'
import { describe, expect, it } from 'vitest'
import { useServer } from './server.ts'

const server = useServer()

/** docs/graphql.md, "Over HTTP", says why. */
const DECIDED_OTHERWISE: Readonly<Record<string, string>> = {
  '572B': 'what does not parse is answered with 400 whatever media type is asked for',
  FDE2: 'the same for what does not fit the schema',
  '7B9B': 'the same for variables that do not fit',
  '5A70': 'a GET may be one that a page of another site sent; nothing shows the contrary here',
  '6A70': 'the same',
}

// The audits are known before the server's address is: only their functions ask it.
const audits = serverAudits({
  url: () => server.url,
  fetchFn: (input: string, init: RequestInit) => fetch(input, init),
})

describe('the audits of graphql-http', () => {
  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (id, _name, audit) => {
    const { status, ...found } = await audit.fn()
    if (id in DECIDED_OTHERWISE) expect(status).not.toBe('ok')
    else expect({ status, reason: 'reason' in found ? found.reason : '' }).toEqual({ status: 'ok', reason: '' })
  })
})

describe('GET without a header that browsers cannot send unasked', () => {
  const ask = async (headers: Record<string, string>) => {
    // Node's own fetch says `sec-fetch-mode` and no site, and is no browser; a browser is played by its headers.
    const url = `${server.url}?query=${encodeURIComponent('{ models { totalCount } }')}`
    const response = await fetch(url, { headers: { accept: 'application/graphql-response+json', ...headers } })
    const answer: { data?: unknown; errors?: { extensions: { code: string } }[] } = JSON.parse(await response.text())
    return answer.errors?.[0]?.extensions.code ?? answer.data
  }
  const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140' }
  const here = () => new URL(server.url).origin

  it('is answered for programs, for pages of the server itself and for addresses that were typed', async () => {
    const answer = { models: { totalCount: 1 } }
    expect(await ask({})).toEqual(answer)
    expect(await ask({ ...browser, 'sec-fetch-site': 'same-origin' })).toEqual(answer)
    expect(await ask({ ...browser, 'sec-fetch-site': 'none' })).toEqual(answer)
    expect(await ask({ ...browser, 'sec-fetch-site': 'same-site', origin: here() })).toEqual(answer)
  })

  it('is refused for everything that a page of another site may have sent', async () => {
    for (const site of ['cross-site', 'same-site']) {
      expect(await ask({ ...browser, 'sec-fetch-site': site })).toBe('BAD_REQUEST')
      expect(await ask({ 'sec-fetch-site': site })).toBe('BAD_REQUEST')
    }
    expect(await ask({ ...browser, origin: 'https://evil.example' })).toBe('BAD_REQUEST')
    expect(await ask({ origin: 'null' })).toBe('BAD_REQUEST')
    // Nothing shows that a GraphQL client asks.
    expect(await ask({ accept: 'application/json' })).toBe('BAD_REQUEST')
    // Older browsers, and addresses that are no loopback without TLS.
    expect(await ask(browser)).toBe('BAD_REQUEST')
  })
})
