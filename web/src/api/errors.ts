/** What an error says to a person: the server's own sentence, in whatever form the error came. */
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors'

export interface Complaint {
  code: string
  message: string
}

const UNREACHABLE: Complaint = {
  code: 'UNREACHABLE',
  message: 'The server does not answer. It may have been stopped; what is shown was loaded before.',
}

interface Answered {
  errors?: { message?: unknown; extensions?: { code?: unknown } }[]
}

/** Refusals before GraphQL (no key, too much at once) come with a status and the same shape. */
function fromBody(body: string): Complaint | null {
  try {
    const [first] = (JSON.parse(body) as Answered).errors ?? []
    return typeof first?.message === 'string' ? { code: String(first.extensions?.code ?? ''), message: first.message } : null
  } catch {
    return null
  }
}

export function complaintOf(error: unknown): Complaint {
  if (CombinedGraphQLErrors.is(error)) {
    const [first] = error.errors
    return { code: String(first?.extensions?.['code'] ?? ''), message: first?.message ?? error.message }
  }
  if (ServerError.is(error)) return fromBody(error.bodyText) ?? { code: String(error.statusCode), message: error.message }
  // `fetch` throws this if no server listens.
  if (error instanceof TypeError) return UNREACHABLE
  return { code: '', message: error instanceof Error ? error.message : String(error) }
}

export const needsKey = ({ code }: Complaint): boolean => code === 'UNAUTHENTICATED' || code === 'FORBIDDEN'
