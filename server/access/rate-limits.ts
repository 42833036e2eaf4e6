/**
 * How much one caller may ask: requests and cost per minute, and requests at once. The counts live in this process's
 * memory. So several servers behind a balancer each count for themselves, and a restart forgets the counts.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { ServerLimits } from '../limits.ts'
import { rateLimited } from './refusal.ts'

const MINUTE_SECONDS = 60
/** Wrong keys allowed from one address; nobody who has a good key tries thirty. */
const FAILURES_PER_MINUTE = 30

interface RateLimits {
  /** Counts one more request; throws if there are too many. Call the returned function when the request ends. */
  begin(caller: string): Promise<() => void>
  /** Adds `cost`; if that is too much, throws and counts nothing. */
  charge(caller: string, cost: number): Promise<void>
  /** Throws when this address has shown too many wrong keys. */
  refuseGuessing(address: string): Promise<void>
  /** Counts one more wrong key. */
  guessed(address: string): Promise<void>
}

type Limits = Pick<ServerLimits, 'requestsPerMinute' | 'costPerMinute' | 'concurrentRequests'>

export function openRateLimits({ requestsPerMinute, costPerMinute, concurrentRequests }: Limits): RateLimits {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: MINUTE_SECONDS })
  const requests = limiter(requestsPerMinute)
  const costs = limiter(costPerMinute)
  const failures = limiter(FAILURES_PER_MINUTE)
  const underWay = new Map<string, number>()

  /** If a limit is passed, the library throws its count. Anything else that it throws is a defect. */
  const waitAfter = (reason: unknown): number => {
    if (reason instanceof RateLimiterRes) return reason.msBeforeNext
    throw reason
  }

  return {
    async begin(caller) {
      await requests.consume(caller).catch((reason: unknown) => {
        throw rateLimited(`More than ${requestsPerMinute} requests came in a minute.`, waitAfter(reason), {
          limit: requestsPerMinute,
        })
      })
      const count = underWay.get(caller) ?? 0
      if (count >= concurrentRequests) {
        throw rateLimited(`${count} requests are under way, and the limit is ${concurrentRequests}.`, 1000, {
          limit: concurrentRequests,
        })
      }
      underWay.set(caller, count + 1)
      let ended = false
      return () => {
        if (ended) return
        ended = true
        const left = (underWay.get(caller) ?? 1) - 1
        if (left === 0) underWay.delete(caller)
        else underWay.set(caller, left)
      }
    },
    async charge(caller, cost) {
      const points = Math.max(1, cost)
      await costs.consume(caller, points).catch(async (reason: unknown) => {
        const waitMs = waitAfter(reason)
        // A large query that is refused must not use up what small ones could have had.
        await costs.reward(caller, points)
        throw rateLimited(`The query would cost ${points}, more than is left of ${costPerMinute} a minute.`, waitMs, {
          cost: points,
          limit: costPerMinute,
        })
      })
    },
    async refuseGuessing(address) {
      const found = await failures.get(address)
      if (!found || found.remainingPoints > 0) return
      throw rateLimited('Too many wrong API keys came from here.', found.msBeforeNext)
    },
    async guessed(address) {
      await failures.consume(address).catch(waitAfter)
    },
  }
}
