/**
 * The hub's settings, from the environment variables of its Python library, so that both use one cache and one token.
 */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { UserError } from '../errors.ts'

export interface HubSettings {
  /** Without a slash at its end. */
  endpoint: string
  /** The folder that contains `models--org--name` and the like. */
  cacheDir: string
  /** null: only public repositories. */
  token: string | null
  /** Whether only files in the cache are used. */
  isOffline: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

const DEFAULT_ENDPOINT = 'https://huggingface.co'
const YES = new Set(['1', 'ON', 'YES', 'TRUE'])

/** Refuses (UserError) an endpoint that is not an address, and a token that is not one of the hub. */
export async function readHubSettings(environment: Environment): Promise<HubSettings> {
  const home = hubHome(environment)
  const cacheDir =
    setting(environment, 'HF_HUB_CACHE') ?? setting(environment, 'HUGGINGFACE_HUB_CACHE') ?? join(home, 'hub')
  return {
    endpoint: endpointOf(environment),
    cacheDir: absolute(cacheDir),
    token: await findToken(environment, home),
    isOffline: YES.has((environment['HF_HUB_OFFLINE'] ?? '').toUpperCase()),
  }
}

/** A variable that is set to nothing counts as not set. */
const setting = (environment: Environment, name: string): string | undefined => environment[name]?.trim() || undefined

const absolute = (path: string): string => resolve(path.replace(/^~(?=$|\/)/, homedir()))

function hubHome(environment: Environment): string {
  const caches = setting(environment, 'XDG_CACHE_HOME') ?? join(homedir(), '.cache')
  return absolute(setting(environment, 'HF_HOME') ?? join(caches, 'huggingface'))
}

function endpointOf(environment: Environment): string {
  const given = setting(environment, 'HF_ENDPOINT') ?? DEFAULT_ENDPOINT
  if (/^https?:\/\/[^\s/?#]+(?:\/[^\s?#]*)?$/.test(given)) return given.replace(/\/+$/, '')
  throw new UserError(
    'BAD_INPUT',
    `HF_ENDPOINT is ${JSON.stringify(given)}; expected an address such as ${DEFAULT_ENDPOINT}.`,
  )
}

async function findToken(environment: Environment, home: string): Promise<string | null> {
  const given = setting(environment, 'HF_TOKEN') ?? setting(environment, 'HUGGING_FACE_HUB_TOKEN')
  if (given !== undefined) return checked(given, 'HF_TOKEN')
  const path = absolute(setting(environment, 'HF_TOKEN_PATH') ?? join(home, 'token'))
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim()
  return kept === '' ? null : checked(kept, path)
}

/** Checks a token. It becomes a header, and is never part of a message. */
function checked(token: string, where: string): string {
  if (/^hf_[\w-]{1,200}$/.test(token)) return token
  throw new UserError(
    'BAD_INPUT',
    `What ${where} holds is no token of the hub's; expected one line that begins with hf_.`,
  )
}
