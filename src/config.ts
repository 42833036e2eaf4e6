/**
 * Settings from the environment and from command-line flags, read once at the edge into one resolved object. Code that
 * computes takes them as arguments and never reads the environment itself.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { UserError } from './errors.ts'

const programDir = resolve(import.meta.dirname, '..')
/** Says where the clone is whose program was compiled into this folder (bin/compile.mjs). */
const cloneFile = join(programDir, 'clone.json')
const isPackage = import.meta.filename.endsWith('.js') && !existsSync(cloneFile)

/** The folder of the clone or of the package, wherever the command was called from. */
export const projectDir = existsSync(cloneFile)
  ? resolve(programDir, z.object({ root: z.string() }).parse(JSON.parse(readFileSync(cloneFile, 'utf8'))).root)
  : programDir

/**
 * Where everything is stored. A clone stores it beside its code, so that it is found from any working folder. npm may
 * replace the folder of an installed package, so a package stores it in the folder in which it is started.
 */
const defaultHome = join(isPackage ? process.cwd() : projectDir, '.tributary')

export const engineNames = ['onnx', 'tfjs'] as const
export type EngineName = (typeof engineNames)[number]
export const deviceNames = ['cpu', 'webgpu', 'cuda'] as const
export type DeviceName = (typeof deviceNames)[number]
const allocators = ['tuned', 'system'] as const
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

const GIBI = 1024 ** 3
const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: GIBI,
  tib: 1024 * GIBI,
}

/** `4GiB`, `512 MB`, `1000000`; NaN for anything else. */
export function parseBytes(text: string): number {
  const [, amount = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? []
  return amount === '' ? NaN : Math.floor(Number(amount) * (byteUnits[unit.toLowerCase()] ?? NaN))
}

const HOST_NAME = /^[a-z0-9.-]+$/
/** Without a path: an origin that ends in a slash would match nothing. */
const ORIGIN = /^https?:\/\/[a-z0-9.-]+(:\d+)?$/

/** Each setting: its variable, how it is parsed, what the error for a bad value expects, and the default. */
const settings = {
  databaseUrl: setting('DATABASE_URL', z.string().regex(/^postgres(ql)?:\/\/./), 'a postgres:// address', null),
  homeDir: setting('TRIBUTARY_HOME', z.string().transform((path) => resolve(path)), 'a folder', defaultHome),
  host: setting('HOST', z.string().regex(/^[\w.:-]+$/), 'a host name or address', '127.0.0.1'),
  allowedHosts: setting(
    'TRIBUTARY_ALLOWED_HOSTS',
    listOf(HOST_NAME),
    'host names such as tributary.example, with commas',
    [],
  ),
  allowedOrigins: setting(
    'TRIBUTARY_ALLOWED_ORIGINS',
    listOf(ORIGIN),
    'origins such as https://app.example, with commas',
    [],
  ),
  requireKeys: setting('TRIBUTARY_REQUIRE_KEYS', yesOrNo(), 'true or false', false),
  publicReads: setting('TRIBUTARY_PUBLIC_READS', yesOrNo(), 'true or false', true),
  allowedQueries: setting('TRIBUTARY_ALLOWED_QUERIES', z.string().transform((path) => resolve(path)), 'a folder', null),
  requestsPerMinute: setting('TRIBUTARY_REQUESTS_PER_MINUTE', wholeNumber(1, 1e9), 'a whole number from 1', null),
  costPerMinute: setting('TRIBUTARY_COST_PER_MINUTE', wholeNumber(1, 1e12), 'a whole number from 1', null),
  concurrentRequests: setting('TRIBUTARY_CONCURRENT_REQUESTS', wholeNumber(1, 1e6), 'a whole number from 1', null),
  port: setting('PORT', wholeNumber(0, 65_535), 'a whole number from 0 to 65535', 4000),
  engine: setting('TRIBUTARY_ENGINE', z.enum(engineNames), engineNames.join(' or '), 'onnx'),
  device: setting('TRIBUTARY_DEVICE', z.enum(deviceNames), deviceNames.join(', '), 'cpu'),
  threads: setting('TRIBUTARY_THREADS', wholeNumber(1, 1024), 'a whole number from 1 to 1024', null),
  workers: setting('TRIBUTARY_WORKERS', wholeNumber(1, 64), 'a whole number from 1 to 64', 1),
  memoryLimitBytes: setting(
    'TRIBUTARY_MEMORY_LIMIT',
    z.string().transform(parseBytes).refine((bytes) => bytes > 0),
    'an amount such as 4GiB or 512MiB',
    null,
  ),
  weightLimitBytes: setting(
    'TRIBUTARY_WEIGHT_LIMIT',
    z.string().transform(parseBytes).refine((bytes) => bytes > 0),
    'an amount such as 4GiB or 512MiB',
    null,
  ),
  allocator: setting('TRIBUTARY_ALLOCATOR', z.enum(allocators), allocators.join(' or '), 'tuned'),
  logLevel: setting('LOG_LEVEL', z.enum(logLevels), logLevels.join(', '), 'info'),
} as const

/** The environment variables that are read. */
export const settingVariables: readonly string[] = Object.values(settings).map(({ variable }) => variable)

export interface Config {
  /** null: the embedded Postgres under `homeDir`. */
  databaseUrl: string | null
  /** The folder of the embedded database and of everything else that this installation stores. */
  homeDir: string
  host: string
  /** Host names that a proxy passes on to a server that listens on loopback. */
  allowedHosts: readonly string[]
  /** Other sites whose pages may send requests from a browser. */
  allowedOrigins: readonly string[]
  /** Whether API keys are required on loopback, too. */
  requireKeys: boolean
  /** Whether reading needs no key even if keys are required. */
  publicReads: boolean
  /** The folder of the only queries that may run; null: any query may. */
  allowedQueries: string | null
  /** Limits per API key or address, if keys are required; null: the server's defaults (server/limits.ts). */
  requestsPerMinute: number | null
  costPerMinute: number | null
  concurrentRequests: number | null
  port: number
  engine: EngineName
  device: DeviceName
  /** null: as many as the machine has cores. */
  threads: number | null
  /** Workers of `tributary start`. */
  workers: number
  /** Memory of one sweep besides the weights; null: decided from the machine's memory. */
  memoryLimitBytes: number | null
  /** Memory of the weights above which layers are streamed; null: decided from the machine's memory. */
  weightLimitBytes: number | null
  /** Whether processes that compute tell the C library how to keep memory (cli/allocator.mjs). */
  allocator: (typeof allocators)[number]
  logLevel: (typeof logLevels)[number]
}

/** The values of flags as they were typed; they override the environment. */
export type ConfigFlags = Partial<Record<keyof Config, string | undefined>>

export function resolveConfig(
  flags: ConfigFlags = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const read = <T, D>(name: keyof Config, { variable, schema, expected, fallback }: Setting<T, D>): T | D => {
    const flag = flags[name]
    // Shells and compose files unset a variable by setting it to nothing.
    const raw = flag ?? (environment[variable] || undefined)
    if (raw === undefined) return fallback
    const parsed = schema.safeParse(raw)
    if (parsed.success) return parsed.data
    const where = flag === undefined ? variable : flagOf(name)
    throw new UserError('BAD_INPUT', `${where} is ${JSON.stringify(withoutPassword(raw))}; expected ${expected}.`)
  }
  return {
    databaseUrl: read('databaseUrl', settings.databaseUrl),
    homeDir: read('homeDir', settings.homeDir),
    host: read('host', settings.host),
    allowedHosts: read('allowedHosts', settings.allowedHosts),
    allowedOrigins: read('allowedOrigins', settings.allowedOrigins),
    requireKeys: read('requireKeys', settings.requireKeys),
    publicReads: read('publicReads', settings.publicReads),
    allowedQueries: read('allowedQueries', settings.allowedQueries),
    requestsPerMinute: read('requestsPerMinute', settings.requestsPerMinute),
    costPerMinute: read('costPerMinute', settings.costPerMinute),
    concurrentRequests: read('concurrentRequests', settings.concurrentRequests),
    port: read('port', settings.port),
    engine: read('engine', settings.engine),
    device: read('device', settings.device),
    threads: read('threads', settings.threads),
    workers: read('workers', settings.workers),
    memoryLimitBytes: read('memoryLimitBytes', settings.memoryLimitBytes),
    weightLimitBytes: read('weightLimitBytes', settings.weightLimitBytes),
    allocator: read('allocator', settings.allocator),
    logLevel: read('logLevel', settings.logLevel),
  }
}

/** As the command line spells it: memoryLimitBytes → --memory-limit. */
const flagOf = (name: keyof Config): string => `--${name.replace(/Bytes$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** Removes the password from an address, because messages end up in logs. */
export const withoutPassword = (address: string): string => address.replace(/:(?!\/\/)\S*@/, ':…@')

interface Setting<T, D> {
  variable: string
  schema: z.ZodType<T, string>
  expected: string
  fallback: D
}

function setting<T, const D>(variable: string, schema: z.ZodType<T, string>, expected: string, fallback: D): Setting<T, D> {
  return { variable, schema, expected, fallback }
}

function wholeNumber(from: number, to: number) {
  return z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((number) => number >= from && number <= to)
}

/** A list of words separated by commas, in lower case. */
function listOf(form: RegExp) {
  return z
    .string()
    .transform((text): readonly string[] => text.split(',').map((each) => each.trim().toLowerCase()))
    .refine((words) => words.every((word) => form.test(word)))
}

function yesOrNo() {
  return z.enum(['true', 'false']).transform((word) => word === 'true')
}
