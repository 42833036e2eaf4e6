/** Requests to the hub. They are tried again if that may help; otherwise the refusal is worded for the user. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HubSettings } from './settings.ts'

export interface HubRequests {
  settings: HubSettings
  signal: AbortSignal
  /** The pause before the first repetition; each later one is twice as long. */
  pauseMs: number
  /** The fetch function that is passed to libraries. It only returns successful answers. */
  fetch: typeof fetch
}

/** The hub answered, but not with what was requested. */
export class HubRefusal extends Error {
  constructor(
    readonly status: number,
    /** `RepoNotFound`, `RevisionNotFound`, `EntryNotFound`, `GatedRepo` … if the hub gives one. */
    readonly reason: string | null,
    readonly hubMessage: string,
  ) {
    super(`the hub answered with status ${status}`)
  }
}

/** There was no answer, or the hub is out of order. */
export class HubUnreachable extends Error {}

const ATTEMPTS = 4
const LONGEST_PAUSE_MS = 60_000
/** The limit until the head of an answer arrives; bodies have a limit of their own. */
const ANSWER_MS = 30_000

export function hubRequests(
  settings: HubSettings,
  { signal, pauseMs = 500 }: { signal: AbortSignal; pauseMs?: number },
): HubRequests {
  const send: typeof fetch = async (input, init) => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await attemptOnce(input, init, signal)
      if (outcome instanceof Response && outcome.ok) return outcome
      const mayHelp =
        outcome instanceof Response ? outcome.status === 408 || outcome.status === 429 || outcome.status >= 500 : true
      if (!mayHelp || attempt === ATTEMPTS)
        throw outcome instanceof Response ? await refusalOf(outcome) : unreachable(outcome, settings)
      const wanted = outcome instanceof Response ? retryAfterMs(outcome) : null
      if (outcome instanceof Response) await outcome.body?.cancel()
      await sleep(Math.min(wanted ?? pauseMs * 2 ** (attempt - 1), LONGEST_PAUSE_MS), undefined, { signal })
    }
  }
  return { settings, signal, pauseMs, fetch: send }
}

/** The answer, or the reason why there is none. An abort by the caller is thrown. */
async function attemptOnce(
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error('no answer in time')), ANSWER_MS)
  try {
    // The signal stays with the body, but the timer ends here.
    return await fetch(input, { ...init, signal: AbortSignal.any([signal, late.signal]) })
  } catch (error) {
    signal.throwIfAborted()
    return error
  } finally {
    clearTimeout(timer)
  }
}

function retryAfterMs(response: Response): number | null {
  const header = response.headers.get('retry-after')
  return header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : null
}

async function refusalOf(response: Response): Promise<Error> {
  const message = (await response.text().catch(() => '')).slice(0, 500)
  if (response.status >= 500) return new HubUnreachable(`it answers with status ${response.status}`)
  const hubMessage = response.headers.get('x-error-message') ?? message
  return new HubRefusal(response.status, response.headers.get('x-error-code'), hubMessage.replace(/\s+/g, ' ').trim())
}

function unreachable(error: unknown, { endpoint }: HubSettings): HubUnreachable {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const message = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : String(cause)
  return new HubUnreachable(`${new URL(endpoint).host} does not answer: ${message}`, { cause: error })
}
