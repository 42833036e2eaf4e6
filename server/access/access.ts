/**
 * Who may do what, and how much of it, when the server listens to more than its own machine. HTTP requests and
 * WebSockets use the same three steps: `enter` when something arrives, `authorize` once its operation is known, and
 * `charge` once its cost is known.
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
  /** Whether the key that let the caller in is still good; needed for connections that stay longer than a request. */
  keyHolds(): Promise<boolean>
}

type Arrival = Pick<IncomingMessage, 'socket' | 'headers'>

export interface Access {
  /** Whether computing and writing need a key. */
  readonly needsKeys: boolean
  /** Throws a Refusal for a wrong key, and for too many requests. `secret` is used instead of a header's. */
  enter(arrival: Arrival, secret?: string): Promise<Visit>
  /** Throws a Refusal if the caller may not run this operation. */
  authorize(caller: Caller, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): void
  /** Throws a Refusal if the caller has used up what it may ask in a minute. */
  charge(caller: Caller, cost: number): Promise<void>
}

/** For a server that only this machine can reach. */
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
    // The key is looked up first: others may share its address, and their wrong keys must not shut out a good one.
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

/** Throws a Refusal if the caller lacks the scope. */
export function requireScope(caller: Caller, scope: ApiScope): void {
  if (may(caller, scope)) return
  if (caller.keyName === null)
    throw unauthenticated(`This needs an API key with the scope ${scope}; send it as x-api-key or Authorization: Bearer.`)
  throw new Refusal(`The API key ${caller.keyName} lacks the scope ${scope}.`, { status: 403, code: 'FORBIDDEN' })
}
