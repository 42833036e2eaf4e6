/**
 * A query whose answer has hundreds of parts or more. The answer is kept outside the client's cache. Taking it apart
 * for the cache and putting it together again blocked the page for longer than drawing it, and nothing else asks for
 * its parts.
 */
import type { ApolloClient, OperationVariables, TypedDocumentNode } from '@apollo/client'
import { useApolloClient } from '@apollo/client/react'
import { startTransition, useEffect, useRef, useState } from 'react'
import { onKey } from './key.ts'
import { useKey } from './use-key.ts'
import type { Latest } from './use-latest.ts'

/** As many answers as a user goes back and forth between. */
const MOST_KEPT = 24

type Kept = Map<string, unknown>
const keptBy = new WeakMap<ApolloClient, Map<object, Kept>>()

/** The kept answers to one query. */
function keptOf(client: ApolloClient, document: object): Kept {
  let byDocument = keptBy.get(client)
  if (!byDocument) {
    byDocument = new Map()
    keptBy.set(client, byDocument)
    // Answers seen with one key must not be shown to the user of another.
    onKey(() => keptBy.get(client)?.clear())
  }
  const kept: Kept = byDocument.get(document) ?? new Map()
  byDocument.set(document, kept)
  return kept
}

function keep(kept: Kept, key: string, data: unknown): void {
  kept.set(key, data)
  const [oldest] = kept.keys()
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
}

/** Asks, unless the answer is kept. */
export async function askLarge<Data, Variables extends OperationVariables>(
  client: ApolloClient,
  query: TypedDocumentNode<Data, Variables>,
  variables: NoInfer<Variables>,
): Promise<Data | null> {
  const kept = keptOf(client, query)
  const key = JSON.stringify(variables)
  if (kept.has(key)) return kept.get(key) as Data
  const { data = null } = await client.query<Data>({ query, variables, fetchPolicy: 'no-cache', errorPolicy: 'none' })
  keep(kept, key, data)
  return data
}

interface Answered<Data> {
  key: string
  data: Data | null
  error: unknown
}

/** Changes that follow each other faster than this are steps on the way to something. */
const PAUSE_MS = 150

/**
 * Like `useLatest`: the last answer stays in sight while the next is on its way; `variables` that are null ask nothing,
 * and forget the answer. A new answer is drawn without blocking the page. Of questions that follow each other fast, as those of a
 * held arrow key do, only the first and the last are asked.
 */
export function useLarge<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: NoInfer<Variables> | null,
): Latest<Data> {
  const client = useApolloClient()
  const apiKey = useKey()
  const [answered, setAnswered] = useState<Answered<Data> | null>(null)
  const key = variables === null ? null : JSON.stringify(variables)
  const changedAt = useRef(-Infinity)
  useEffect(() => {
    if (key === null) return setAnswered(null)
    let isLeft = false
    const now = performance.now()
    const isFast = now - changedAt.current < PAUSE_MS
    changedAt.current = now
    const say = (next: Answered<Data>) => {
      if (!isLeft) startTransition(() => setAnswered(next))
    }
    const ask = () => void askLarge(client, document, JSON.parse(key) as Variables).then(
      (data) => say({ key, data, error: null }),
      (error: unknown) => say({ key, data: null, error }),
    )
    // Not at once: a view asks several questions, and each takes the client some milliseconds to send.
    const pause = window.setTimeout(ask, isFast ? PAUSE_MS : 0)
    return () => {
      isLeft = true
      window.clearTimeout(pause)
    }
  }, [client, document, key, apiKey])
  if (key === null) return { data: undefined, error: undefined, loading: false }
  if (answered?.key === key) return { data: answered.data ?? undefined, error: answered.error ?? undefined, loading: false }
  // A user who goes back to an answer sees it at once.
  const kept = keptOf(client, document).get(key) as Data | undefined
  return { data: kept ?? answered?.data ?? undefined, error: undefined, loading: kept === undefined }
}
