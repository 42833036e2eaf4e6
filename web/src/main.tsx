import { ApolloProvider } from '@apollo/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createClientHere } from './api/client.ts'
import { Views } from './routes.tsx'
import { applyTheme } from './state/theme.ts'
import { Layout } from './ui/layout.tsx'
import './styles/base.css'
import './styles/parts.css'
import './styles/views.css'
import './styles/features.css'

applyTheme()
const root = document.getElementById('root')
if (!root) throw new Error('the page has no place for the explorer')
createRoot(root).render(
  <StrictMode>
    <ApolloProvider client={createClientHere()}>
      <Layout>
        <Views />
      </Layout>
    </ApolloProvider>
  </StrictMode>,
)
