/** The explorer itself, once what it is made of is there. */
import { ApolloProvider } from '@apollo/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createClientHere } from './api/client.ts'
import { Views } from './routes.tsx'
import { Layout } from './ui/layout.tsx'

export function start(root: HTMLElement): void {
  createRoot(root).render(
    <StrictMode>
      <ApolloProvider client={createClientHere()}>
        <Layout>
          <Views />
        </Layout>
      </ApolloProvider>
    </StrictMode>,
  )
}
