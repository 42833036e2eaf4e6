/** The query page: GraphiQL with its history and the schema's docs, and the examples beside it. */
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import 'graphiql/graphiql.css'
import { createClient } from 'graphql-ws'
import { createRoot } from 'react-dom/client'
import { readKey } from '../api/key.ts'
import { currentTheme } from '../state/theme.ts'
import { examplesPlugin, firstQuery } from './examples.tsx'
import './page.css'

const headers = (): Record<string, string> => {
  const key = readKey()
  return key === '' ? {} : { 'x-api-key': key }
}
const socket = new URL('/graphql', location.href)
socket.protocol = socket.protocol.replace('http', 'ws')

const fetcher = createGraphiQLFetcher({
  url: '/graphql',
  fetch: (input, init) => fetch(input, { ...init, headers: { ...headers(), ...Object.fromEntries(new Headers(init?.headers)) } }),
  wsClient: createClient({ url: socket.href, connectionParams: headers, lazy: true }),
})

const given = new URLSearchParams(location.search)
const root = document.getElementById('root')
if (!root) throw new Error('the page has no place for the query editor')
createRoot(root).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={[examplesPlugin]}
    defaultQuery={firstQuery}
    query={given.get('text') ?? undefined}
    variables={given.get('variables') ?? undefined}
    defaultTheme={currentTheme()}
  >
    <GraphiQL.Logo>
      <a href="/" className="query-brand">Tributary</a>
    </GraphiQL.Logo>
  </GraphiQL>,
)

/** Presses the button of the examples' pane, because GraphiQL makes room for a pane only then. */
const opener = new MutationObserver(() => {
  const button = root.querySelector<HTMLButtonElement>(`button[aria-label="Show ${examplesPlugin.title}"]`)
  if (!button) return
  opener.disconnect()
  button.click()
})
opener.observe(root, { childList: true, subtree: true })
