/** A query whose last answer stays in sight while the next is on its way. */
import type { OperationVariables, TypedDocumentNode } from '@apollo/client'
import { skipToken, useQuery } from '@apollo/client/react'
import { useEffect, useRef } from 'react'

/**
 * Each query is sent separately. Otherwise the client would reuse an answer that was on its way before a change, and
 * the page would not show what the user has just written until it is loaded anew.
 */
const FOR_ITSELF = { queryDeduplication: false }

export interface Latest<Data> {
  data: Data | undefined
  error: unknown
  loading: boolean
}

/** `variables`: null asks nothing, and forgets what was answered. */
export function useLatest<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>, variables: NoInfer<Variables> | null,
): Latest<Data> {
  const result = useQuery<Data, Variables>(document, variables === null ? skipToken : { variables, context: FOR_ITSELF })
  const last = useRef<Data | undefined>(undefined)
  const own = result.dataState === 'complete' ? (result.data as Data) : undefined
  useEffect(() => {
    if (variables === null) last.current = undefined
    else if (own !== undefined) last.current = own
  })
  if (variables === null) return { data: undefined, error: undefined, loading: false }
  const { error, loading } = result
  return { data: own ?? (loading ? last.current : undefined), error, loading }
}
