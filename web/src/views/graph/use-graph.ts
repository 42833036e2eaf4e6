/** From a question to a stored graph: asked for, followed while a worker computes it, then read part by part. */
import { useApolloClient } from '@apollo/client/react'
import { useEffect, useMemo, useState } from 'react'
import { useLarge } from '../../api/use-large.ts'
import {
  type AttributionGraphInput, CancelGraphJobDocument, type DrawingPartsFragment, GraphDrawnDocument, GraphJobDocument, type JobState, RequestGraphDocument,
} from '../../api/generated.ts'

export interface FollowedJob {
  id: string
  state: JobState
  startedAt: string | null
  /** Planned arithmetic; 0 if unknown. */
  flops: number
  /** How often it failed and was tried again. */
  failures: number
}

export interface RequestedGraph {
  /** Of the stored graph; null until there is one. */
  id: string | null
  /** null when nothing has to be computed. */
  job: FollowedJob | null
  error: unknown
}

const NOTHING: RequestedGraph = { id: null, job: null, error: null }
const CALLED_OFF = 'Someone called the computation off. Ask again to start it anew.'

/** `input`: null asks nothing. Identical questions share one job, so asking twice computes once. */
export function useRequestedGraph(input: AttributionGraphInput | null): RequestedGraph {
  const client = useApolloClient()
  const question = useMemo(() => input && JSON.stringify(input), [input])
  const [answered, setAnswered] = useState<{ question: string; graph: RequestedGraph } | null>(null)
  useEffect(() => {
    if (question === null) return
    let isLeft = false
    let stop = () => {}
    const say = (graph: RequestedGraph) => {
      if (!isLeft) setAnswered({ question, graph })
    }
    const follow = (id: string) => {
      const { unsubscribe } = subscriptionTo(client.subscribe({ query: GraphJobDocument, variables: { id } }), {
        next: ({ data, error }) => {
          const job = data?.jobProgress
          if (error || !job) return say({ ...NOTHING, error: error ?? new Error('The server says nothing of the job.') })
          const { state, startedAt, flops, failures } = job
          if (state === 'FAILED') return say({ ...NOTHING, error: new Error(job.error?.message ?? 'The computation failed.') })
          if (state === 'CANCELLED') return say({ ...NOTHING, error: new Error(CALLED_OFF) })
          say({ id: job.attributionGraph?.id ?? null, job: { id, state, startedAt, flops, failures }, error: null })
        },
        error: (error: unknown) => say({ ...NOTHING, error }),
      })
      stop = unsubscribe
    }
    client.mutate({ mutation: RequestGraphDocument, variables: { input: JSON.parse(question) as AttributionGraphInput }, errorPolicy: 'none' }).then(
      ({ data }) => {
        const requested = data?.requestAttributionGraph
        if (isLeft || !requested) return
        if (requested.graph) return say({ ...NOTHING, id: requested.graph.id })
        if (!requested.job) return
        say({ ...NOTHING, job: requested.job })
        follow(requested.job.id)
      },
      (error: unknown) => say({ ...NOTHING, error }),
    )
    return () => {
      isLeft = true
      stop()
    }
  }, [client, question])
  return question !== null && answered?.question === question ? answered.graph : NOTHING
}

interface Observed<T> {
  subscribe(observer: { next(value: T): void; error(error: unknown): void }): { unsubscribe(): void }
}

function subscriptionTo<T>(source: Observed<T>, observer: { next(value: T): void; error(error: unknown): void }): { unsubscribe(): void } {
  const subscription = source.subscribe(observer)
  return { unsubscribe: () => subscription.unsubscribe() }
}

export function useCancelJob(): (id: string) => void {
  const client = useApolloClient()
  return (id) => void client.mutate({ mutation: CancelGraphJobDocument, variables: { id } }).catch(() => {})
}

export interface Drawn {
  drawing: DrawingPartsFragment | null
  error: unknown
  loading: boolean
}

interface Limits {
  threshold: number
  maxNodes: number
  maxEdges: number
}

/**
 * The part of a graph that is drawn, with up to thousands of nodes and edges. The last one stays in sight while the
 * next is on its way.
 */
export function useDrawing(id: string | null, limits: Limits): Drawn {
  const { data, error, loading } = useLarge(GraphDrawnDocument, id === null ? null : { id, ...limits })
  const node = data?.node
  const drawing = node && 'drawing' in node && node.id === id ? node.drawing : null
  const isMissing = data !== undefined && !loading && drawing === null
  return { drawing, error: error ?? (isMissing ? new Error('There is no such graph (any more).') : null), loading }
}
