/** The GraphQL client: a cache by global ids, the API key as a header, subscriptions over WebSocket when one is made. */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { SetContextLink } from '@apollo/client/link/context'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { createClient } from 'graphql-ws'
import possibleTypes from '../../../schema/possible-types.json'
import { onKey, readKey } from './key.ts'

const ENDPOINT = '/graphql'

const headersOf = (): Record<string, string> => {
  const key = readKey()
  return key === '' ? {} : { 'x-api-key': key }
}

function socketLink(): ApolloLink {
  const url = new URL(ENDPOINT, location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  const client = createClient({ url: url.href, connectionParams: headersOf, lazy: true, retryAttempts: 10 })
  // A connection has the key that it was opened with.
  onKey(() => client.terminate())
  return new GraphQLWsLink(client)
}

export function createClientHere(): ApolloClient {
  const http = ApolloLink.from([
    new SetContextLink((context) => ({ headers: { ...context['headers'], ...headersOf() } })),
    new HttpLink({ uri: ENDPOINT }),
  ])
  const client = new ApolloClient({
    link: ApolloLink.split(({ operationType }) => operationType === 'subscription', socketLink(), http),
    cache: new InMemoryCache({
      possibleTypes,
      typePolicies: {
        // Parts of an attribution are merged, so that two queries for different fields of them keep both.
        Attribution: { fields: { target: { merge: true }, partition: { merge: true } } },
        Feature: { fields: { statistics: { merge: true } } },
        // Shown page by page: pages have no key and are kept by the arguments of their field.
        Contribution: { keyFields: false },
        Token: { keyFields: false },
        Candidate: { keyFields: false },
        RunItem: { keyFields: false },
      },
    }),
  })
  // Queries that are asked again and refused say so where they are shown.
  onKey(() => void client.resetStore().catch(() => undefined))
  return client
}
