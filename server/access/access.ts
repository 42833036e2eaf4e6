/**
 * Who may do what, and how much of it, when the server listens to more than its own machine. The same for HTTP requests
 * and for WebSockets; each calls `enter` when something arrives, `authorize` when its operation is known and `charge`
 * when its cost is.
 */
import type { IncomingMessage } from 'node:http'
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { ApiKey, ApiScope } from '../../src/store/index.ts'
import type { ServerLimits } from '../limits.ts'
import { addressOf } from './address.ts'
import { type Caller, callerWithKey, callerWithoutKey, LOCAL_CALLER, may, secretOf } from './caller.ts'
import { openRateLimits } from './rate-limits.ts'
import { Refusal, unauthenticated } from './refusal.ts'
import { neededScopes } from './scopes.ts'

export interface AccessOptions {
  /** Whether reading needs no key. */
  publicReads: boolean
  findKey(secret: string): Promise<ApiKey | null>
}

interface Visit {
  caller: Caller
  leave(): void
  /** Whether the key that let it in is still good; for what stays longer than a request. */
  keyHolds(): Promise<boolean>
}

type Arrival = Pick<IncomingMessage, 'socket' | 'headers'>

export interface Access {
  /** Whether computing and writing need a key. */
  readonly needsKeys: boolean
  /** Throws a Refusal for a wrong key, and for too many requests. `secret` is used instead of a header's. */
  enter(arrival: Arrival, secret?: string): Promise<Visit>
  /** Throws a Refusal where the caller may not. */
  authorize(caller: Caller, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): void
  /** Throws a Refusal where the caller has used up its minute. */
  charge(caller: Caller, cost: number): Promise<void>
}

/** While only this machine can reach the server. */
export const openToAll: Access = {
  needsKeys: false,
  enter: async () => ({ caller: LOCAL_CALLER, leave: () => undefined, keyHolds: async () => true }),
  authorize: () => undefined,
  charge: async () => undefined,
}

export function guarded({ publicReads, findKey }: AccessOptions, limits: ServerLimits): Access {
  const rates = openRateLimits(limits)

  async function identify(arrival: Arrival, secret: string | null): Promise<Caller> {
    const address = addressOf(arrival)
    if (secret === null) return callerWithoutKey(address, publicReads)
    // First: a good key is let in however many wrong ones come from its address, which others may share.
    const key = await findKey(secret)
    if (key) return callerWithKey(key)
    await rates.refuseGuessing(address)
    await rates.guessed(address)
    throw unauthenticated('The API key is unknown, expired or revoked. Ask whoever runs this server for another.')
  }

  return {
    needsKeys: true,
    async enter(arrival, given) {
      const secret = given ?? secretOf(arrival.headers)
      const caller = await identify(arrival, secret)
      const keyHolds = async () => secret === null || (await findKey(secret)) !== null
      return { caller, leave: await rates.begin(caller.id), keyHolds }
    },
    authorize(caller, schema, document, operation) {
      for (const scope of neededScopes(schema, document, operation)) requireScope(caller, scope)
    },
    charge: (caller, cost) => rates.charge(caller.id, cost),
  }
}

/** Throws a Refusal where the caller lacks the scope. */
export function requireScope(caller: Caller, scope: ApiScope): void {
  if (may(caller, scope)) return
  if (caller.keyName === null)
    throw unauthenticated(`This needs an API key with the scope ${scope}; send it as x-api-key or Authorization: Bearer.`)
  throw new Refusal(`The API key ${caller.keyName} lacks the scope ${scope}.`, { status: 403, code: 'FORBIDDEN' })
}
