import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client'
import { relayStylePagination } from '@apollo/client/utilities'
import possibleTypes from '../../../schema/possible-types.json' with { type: 'json' }

export const apolloClient = (uri: string, apiKey?: string) =>
  new ApolloClient({
    link: new HttpLink({ uri, headers: apiKey ? { 'x-api-key': apiKey } : {} }),
    cache: new InMemoryCache({
      // Which types an interface stands for: without it `... on TokenComponent` matches nothing in the cache.
      possibleTypes,
      // Pages of one list are one list in the cache.
      typePolicies: { Dataset: { fields: { prompts: relayStylePagination(['containing']) } } },
    }),
  })
