/** The explorer itself, once what it is made of is there. */
import { ApolloProvider } from '@apollo/client/react'
import { startTransition, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createClientHere } from './api/client.ts'
import { Views } from './routes.tsx'
import { Layout } from './ui/layout.tsx'

export function start(root: HTMLElement): void {
  const explorer = (
    <StrictMode>
      <ApolloProvider client={createClientHere()}>
        <Layout>
          <Views />
        </Layout>
      </ApolloProvider>
    </StrictMode>
  )
  // A transition is drawn in slices; what is drawn first is much, and no code has been compiled yet.
  startTransition(() => createRoot(root).render(explorer))
}
