/** @vitest-environment jsdom */
/** Long answers beside the client's cache: asked for once, kept, and forgotten with the key that they were asked with. */
import { ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client'
import { ApolloProvider } from '@apollo/client/react'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import { TokenizeDocument } from '../../web/src/api/generated.ts'
import { keepKey, onKey } from '../../web/src/api/key.ts'
import { useLarge } from '../../web/src/api/use-large.ts'

afterEach(() => {
  cleanup()
  keepKey('')
})

interface Asked {
  text: string
  answer(tokens: string[]): void
  fail(message: string): void
}

/** The page has asked about `a`. */
async function world() {
  const asked: Asked[] = []
  const link = new ApolloLink(({ variables }) => new Observable((observer) => {
    asked.push({
      text: (variables['input'] as { text: string }).text,
      answer(tokens) {
        observer.next({ data: { tokenize: tokens.map((text, index) => ({ index, tokenId: index, text, start: 0, end: 1, __typename: 'Token' })) } })
        observer.complete()
      },
      fail: (message) => observer.error(new Error(message)),
    })
  }))
  const client = new ApolloClient({ link, cache: new InMemoryCache() })
  // As the page's own client.
  const leave = onKey(() => void client.resetStore())
  onTestFinished(() => leave())
  const view = (text: string | null) => <ApolloProvider client={client}><Shown text={text} /></ApolloProvider>
  const { rerender } = render(view('a'))
  await expect.poll(() => asked.length).toBe(1)
  return { asked, client, show: (text: string | null) => rerender(view(text)) }
}

function Shown({ text }: { text: string | null }) {
  const { data, error, loading } = useLarge(TokenizeDocument, text === null ? null : { input: { model: 'demo', text } })
  return <p>{`${data?.tokenize?.map((token) => token.text).join(' ') ?? 'nothing'}${loading ? ', loading' : ''}${error instanceof Error ? `, ${error.message}` : ''}`}</p>
}

it('keeps the last answer in sight while the next is on its way, and shows one that was there before at once', async () => {
  const { asked, client, show } = await world()
  await screen.findByText('nothing, loading')
  asked[0]?.answer(['x', 'y'])
  await screen.findByText('x y')
  show('b')
  await screen.findByText('x y, loading')
  await expect.poll(() => asked.length).toBe(2)
  asked[1]?.answer(['z'])
  await screen.findByText('z')
  show('a')
  screen.getByText('x y')
  expect(asked.map(({ text }) => text)).toEqual(['a', 'b'])
  expect(client.cache.extract()).toEqual({})
})

it('asks nothing, and forgets what was answered, where there is no question', async () => {
  const { asked, show } = await world()
  asked[0]?.answer(['x'])
  await screen.findByText('x')
  show(null)
  await screen.findByText('nothing')
  expect(asked).toHaveLength(1)
})

it('asks of questions that follow each other fast only the first and the last', async () => {
  const { asked, show } = await world()
  for (const text of ['b', 'c', 'd']) show(text)
  await expect.poll(() => asked.map(({ text }) => text)).toEqual(['a', 'd'])
  asked[1]?.answer(['z'])
  await screen.findByText('z')
  expect(asked).toHaveLength(2)
})

it('says what went wrong of the question that is asked, and not of the one before', async () => {
  const { asked, show } = await world()
  asked[0]?.fail('no such model')
  await screen.findByText('nothing, no such model')
  show('b')
  await screen.findByText('nothing, loading')
})

it('does not show an answer to the question before that comes late', async () => {
  const { asked, show } = await world()
  show('b')
  await expect.poll(() => asked.length).toBe(2)
  asked[1]?.answer(['new'])
  await screen.findByText('new')
  asked[0]?.answer(['old'])
  await Promise.resolve()
  screen.getByText('new')
})

it('asks anew with another key: what one may see is not for whoever comes after', async () => {
  const { asked } = await world()
  asked[0]?.answer(['secret'])
  await screen.findByText('secret')
  keepKey('another')
  await expect.poll(() => asked.length).toBe(2)
  asked[1]?.fail('not allowed')
  await screen.findByText('nothing, not allowed')
})

it('asks anew with another key also while the answer for the one before is on its way', async () => {
  const { asked } = await world()
  keepKey('another')
  await expect.poll(() => asked.length).toBe(2)
  asked[0]?.fail('needs a key')
  asked[1]?.answer(['seen'])
  await screen.findByText('seen')
})
