/** The explorer itself, once what it is made of is there. */
import { ApolloProvider } from '@apollo/client/react'
import { startTransition, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { createClientHere } from './api/client.ts'
import { Views } from './routes.tsx'
import { usePath, useSearchText } from './state/address.ts'
import { Layout } from './ui/layout.tsx'

export function start(root: HTMLElement): void {
  const explorer = (
    <StrictMode>
      <ApolloProvider client={createClientHere()}>
        <Router hook={usePath} searchHook={useSearchText}>
          <Layout>
            <Views />
          </Layout>
        </Router>
      </ApolloProvider>
    </StrictMode>
  )
  // A transition is drawn in slices; what is drawn first is much, and no code has been compiled yet.
  startTransition(() => createRoot(root).render(explorer))
}
