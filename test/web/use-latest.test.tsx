/** @vitest-environment jsdom */
/** The query of a view: what it shows after a change is what was asked after the change. */
import { ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client'
import { ApolloProvider } from '@apollo/client/react'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { TokenizeDocument } from '../../web/src/api/generated.ts'
import { useLatest } from '../../web/src/api/use-latest.ts'

afterEach(cleanup)

function Shown() {
  const { data } = useLatest(TokenizeDocument, { input: { model: 'demo', text: 'a' } })
  return <p>{data?.tokenize?.map((token) => token.text).join(' ') ?? 'nothing'}</p>
}

it('is asked anew after a change, even while an answer from before it is on its way', async () => {
  const answers: ((text: string) => void)[] = []
  const link = new ApolloLink(() => new Observable((observer) => {
    answers.push((text) => {
      observer.next({ data: { tokenize: [{ index: 0, tokenId: 1, text, start: 0, end: 1, __typename: 'Token' }] } })
      observer.complete()
    })
  }))
  const client = new ApolloClient({ link, cache: new InMemoryCache() })
  render(<ApolloProvider client={client}><Shown /></ApolloProvider>)
  await expect.poll(() => answers.length).toBe(1)
  answers[0]?.('first')
  await screen.findByText('first')
  // As a new key does it, and then a mutation.
  void client.refetchQueries({ include: [TokenizeDocument] })
  await expect.poll(() => answers.length).toBe(2)
  void client.refetchQueries({ include: [TokenizeDocument] })
  await expect.poll(() => answers.length).toBe(3)
  answers[1]?.('before')
  answers[2]?.('after')
  await screen.findByText('after')
})
