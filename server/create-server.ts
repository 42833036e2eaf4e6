/** The GraphQL server: a database, a queue and HTTP, started together and ended in the reverse order. */
import { schema } from '../schema/index.ts'
import type { Ports } from '../schema/ports.ts'
import {
  cancelJob,
  connectedWorkers,
  countJobs,
  endedJobs,
  failureReasons,
  findJobs,
  followJob,
  jobHolders,
  listJobs,
  openQueue,
  type Queue,
  queueStatistics,
  readJobCursor,
  requestAttributions,
  runFailures,
  runFigures,
  runWaits,
  requestGraphs,
  requestHeads,
  requestInterventions,
  requestLookups,
  viewQueue,
  writeJobCursor,
} from '../workers/index.ts'
import { guarded, openToAll } from './access/access.ts'
import { readAllowedQueries } from './allowed-queries.ts'
import { isLoopback } from './host-check.ts'
import { graphsIn } from './graph-import/host.ts'
import { startHttp } from './http.ts'
import { DEFAULT_LIMITS, type ServerLimits } from './limits.ts'
import { type ServerLogger, silentLogger } from './logger.ts'
import { type Metrics, type MetricsSource, openMetrics } from './metrics/metrics.ts'
import { openModels } from './models.ts'
import { checkReadiness } from './readiness.ts'
import { exportFile } from '../src/export/export.ts'
import {
  computedAfter, type DescribeTokens, findApiKey, guardAnalysts, importGraph, openStore, rowsWritten, type Store,
} from '../src/store/index.ts'

export { printSchema } from '../schema/print.ts'

export interface CreateServerOptions {
  /** Migrated already (`openDatabase`). */
  databaseUrl: string
  /** Default 127.0.0.1; anything wider lets others in. */
  host?: string
  /** Default 4000; 0 takes any free one. */
  port?: number
  /** Names that a proxy in front of a server on loopback may pass on in `Host`. Loopback names are always allowed. */
  allowedHosts?: readonly string[]
  /** Pages of these origins (`https://example.org`) may ask from a browser; none by default. */
  allowedOrigins?: readonly string[]
  /** Keys are needed in any case if `host` is not loopback, or if a proxy passes others on. */
  requireKeys?: boolean
  /** Whether reading needs no key although other things do; true by default. */
  publicReads?: boolean
  /** A folder of .graphql files; when given, nothing else runs. */
  allowedQueries?: string | null
  /** The `engine` of the workers' attributors. Results are stored under it, so the server needs it to find them. */
  engine?: string
  limits?: Partial<ServerLimits>
  /** Silent by default. */
  logger?: ServerLogger
}

export interface RunningServer {
  url: string
  /** Whether computing and writing need an API key. */
  needsKeys: boolean
  /** Finishes the requests under way, then ends. */
  close(): Promise<void>
}

const DEFAULT_ENGINE = 'onnx-cpu-float32'

export async function createServer(options: CreateServerOptions): Promise<RunningServer> {
  const { databaseUrl, host = '127.0.0.1', port = 4000, engine = DEFAULT_ENGINE, logger = silentLogger } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const store = openStore(withStatementTimeout(databaseUrl, limits.statementTimeoutMs))
  const closing: (() => Promise<void>)[] = [() => store.close()]
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step()
  }
  try {
    const queue = await openQueue({ databaseUrl, onError: (err) => logger.error({ err }, 'queue') })
    closing.push(() => queue.close())
    const guard = guardAnalysts(store)
    closing.push(() => guard.close())
    const metrics = openMetrics(await metricsSource(store), logger)
    const models = openModels(store, engine)
    const portsFor = openPorts(store, queue, models, engine, metrics)
    const { allowedHosts = [], allowedOrigins = [], publicReads = true, allowedQueries } = options
    const isGuarded = options.requireKeys || allowedHosts.length > 0 || !isLoopback(host)
    const findKey = (secret: string) => findApiKey(store, secret)
    const http = await startHttp({
      schema,
      contextOf: (signal, requestId) => ({ ...portsFor(requestId), database: store.prisma, signal }),
      ready: () => checkReadiness(store),
      exportFile: (request, file) => exportFile(databaseUrl, request, file),
      withGraph: graphsIn(withStatementTimeout(databaseUrl, limits.statementTimeoutMs), engine),
      host,
      port,
      allowedHosts,
      allowedOrigins,
      access: isGuarded ? guarded({ publicReads, findKey }, limits) : openToAll,
      allowedQueries: allowedQueries ? readAllowedQueries(allowedQueries, schema) : null,
      metrics,
      limits,
      logger,
    })
    closing.push(() => http.close())
    return { url: http.url, needsKeys: isGuarded, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Applies only to the statements of queries. The queue has its own connections, which may wait longer. */
function withStatementTimeout(databaseUrl: string, timeoutMs: number): string {
  if (!URL.canParse(databaseUrl)) return databaseUrl
  const url = new URL(databaseUrl)
  url.searchParams.set('statement_timeout', String(timeoutMs))
  return url.href
}

type Models = ReturnType<typeof openModels>
const describeTokensOf = (models: Models): DescribeTokens => (modelId, tokenIds) => models.tokens(modelId, { tokenIds })

/** Jobs carry the id of their request, so that the workers' logs can name it. */
function openPorts(store: Store, queue: Queue, models: Models, engine: string, metrics: Metrics): (requestId: string) => Ports {
  const onLookup: Metrics['cache'] = (found) => metrics.cache(found)
  const jobs: Ports['jobs'] = {
    find: (ids) => findJobs(store, ids),
    follow: (id, signal) => followJob(store, queue, id, signal),
    cancel: (id) => cancelJob(store, queue, id),
    async list(filter, { first, after }) {
      const found = await listJobs(store, filter, { first, after: after === null ? null : readJobCursor(after) })
      return found.map(({ job, cursor }) => ({ job, cursor: writeJobCursor(cursor) }))
    },
    count: (filter) => countJobs(store, filter),
    queue: (failures) => viewQueue(store, failures),
    workers: () => connectedWorkers(store),
    holders: (jobIds) => jobHolders(store, jobIds),
    waits: (runIds) => runWaits(store, runIds),
    failures: (runIds) => runFailures(store, runIds),
  }
  const noteStored = () => metrics.cache({ hits: 1, misses: 0 })
  const askedOf = async (modelId: number) => ({ model: await models.identity(modelId), engine })
  return (requestId) => ({
    attributions: {
      prepare: (modelId, question) => models.prepare(modelId, question),
      tokenize: (modelId, text) => models.tokens(modelId, { text }),
      noteStored,
      request: async (modelId, requests, wait) =>
        requestAttributions(store, queue, await askedOf(modelId), requests, { ...wait, requestId, onLookup }),
    },
    interventions: {
      prepare: (modelId, question) => models.prepareIntervention(modelId, question),
      noteStored,
      request: async (modelId, requests, wait) =>
        requestInterventions(store, queue, await askedOf(modelId), requests, { ...wait, requestId, onLookup }),
    },
    graphs: {
      prepare: (modelId, question) => models.prepareGraph(modelId, question),
      importDocument: (document) => importGraph(store, document, describeTokensOf(models)),
      noteStored,
      request: async (modelId, requests, wait) =>
        requestGraphs(store, queue, await askedOf(modelId), requests, { ...wait, requestId, onLookup }),
    },
    heads: {
      prepare: (modelId, question) => models.prepareAttention(modelId, question),
      preparePattern: (modelId, question) => models.preparePattern(modelId, question),
      ask: async (modelId, asked, wait) =>
        requestHeads(store, queue, await askedOf(modelId), asked, { ...wait, requestId, onLookup }),
    },
    lookups: {
      tokens: (modelId, prompt) => models.tokens(modelId, prompt),
      ask: async (modelId, questions, wait) => {
        const { hash, parameters } = await models.identity(modelId)
        return requestLookups(store, queue, { hash, engine, parameters }, questions, { ...wait, requestId, onLookup })
      },
    },
    jobs,
  })
}

/** Remembers how far the last scrape has read. A server does not count what ended before it started. */
async function metricsSource(store: Store): Promise<MetricsSource> {
  // If the tables do not exist yet, the server starts all the same, and says that it is not ready.
  let since = await endedJobs(store, null).then(({ until }) => until, () => null)
  let last = await computedAfter(store, null).then((found) => found.last, () => null)
  return {
    queue: () => queueStatistics(store),
    workers: () => connectedWorkers(store),
    runs: () => runFigures(store),
    failures: () => failureReasons(store),
    async endedJobs() {
      const { until, jobs } = await endedJobs(store, since)
      since = until
      return jobs
    },
    async computed() {
      const next = await computedAfter(store, last)
      last = next.last
      return next.milliseconds
    },
    rowsWritten: () => rowsWritten(store),
  }
}
