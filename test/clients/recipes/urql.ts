import { cacheExchange, Client, fetchExchange } from '@urql/core'

export const urqlClient = (url: string, apiKey?: string) =>
  new Client({
    url,
    exchanges: [cacheExchange, fetchExchange],
    // Queries go by GET unless they are too long for it; `preferGetMethod: false` sends all by POST.
    fetchOptions: { headers: apiKey ? { 'x-api-key': apiKey } : {} },
  })
