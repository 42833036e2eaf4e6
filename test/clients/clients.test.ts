/** The recipes of docs/clients.md, each run against a server by the client it is for. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gql } from '@apollo/client'
import { codegen } from '@graphql-codegen/core'
import { preset } from '@graphql-codegen/client-preset'
import { parse } from 'graphql'
import { createClient as createWebSocketClient } from 'graphql-ws'
import { fetchQuery, type GraphQLTaggedNode } from 'relay-runtime'
import ts from 'typescript'
import { afterAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import promptsQuery, { type promptsQuery as PromptsQuery } from '../fixtures/relay/prompts-query.ts'
import { printPossibleTypes, printSchema } from '../../schema/print.ts'
import { apolloClient } from './recipes/apollo.ts'
import codegenConfig from './recipes/codegen.ts'
import { relayEnvironment } from './recipes/relay.ts'
import { urqlClient } from './recipes/urql.ts'
import viteConfig from './recipes/vite.config.ts'
import { waitingJob } from '../graphql/fake-ports.ts'
import { noPorts } from '../graphql/harness.ts'
import { useServer } from './server.ts'

const jobs = {
  ...noPorts.jobs,
  follow: async function* () {
    yield waitingJob
  },
}
const server = useServer({ ports: { jobs } })

const TEXTS = ['The capital of France is', 'The capital of Italy is', 'The capital of Spain is']

describe('Apollo Client', () => {
  it('reads interfaces out of its cache and puts pages together', async () => {
    const client = apolloClient(server.url)
    const query = gql`
      query ($after: String) {
        dataset(slug: "capitals") {
          id
          prompts(first: 2, after: $after) {
            edges {
              cursor
              node {
                id
                text
                attributions(first: 1, where: { partition: TOKEN }) {
                  id
                  contributions(first: 1, orderBy: { by: SCORE, direction: DESC }) {
                    nodes { score component { label ... on TokenComponent { token { text } } } }
                  }
                }
              }
            }
            pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
          }
        }
      }
    `
    const watched = client.watchQuery({ query, variables: { after: null } })
    const first = structuredClone((await watched.refetch()).data) as Page
    expect(textsOf(first)).toEqual(TEXTS.slice(0, 2))
    expect(JSON.stringify(first)).toContain('"token":{"__typename":"Token","text":" France"}')
    await watched.fetchMore({ variables: { after: first.dataset.prompts.pageInfo.endCursor } })
    expect(textsOf(client.readQuery({ query, variables: { after: null } }) as Page)).toEqual(TEXTS)
    client.stop()
  })

  it('is told the code of an error', async () => {
    const client = apolloClient(server.url)
    const { error } = await client.query({ query: gql`{ node(id: "nonsense") { id } }`, errorPolicy: 'all' })
    expect(error).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT' } }] })
    client.stop()
  })

  it('knows the possible types of the schema (else run: npm run schema:write)', () => {
    expect(readFileSync(join(import.meta.dirname, '../../schema/possible-types.json'), 'utf8')).toBe(printPossibleTypes())
  })
})

interface Page {
  dataset: { prompts: { edges: { node: { text: string } }[]; pageInfo: { endCursor: string } } }
}
const textsOf = ({ dataset }: Page) => dataset.prompts.edges.map(({ node }) => node.text)

describe('urql', () => {
  it('asks by GET as it does by default, and by POST when told', async () => {
    const client = urqlClient(server.url)
    const query = 'query ($slug: String!) { model(slug: $slug) { slug layers } }'
    for (const preferGetMethod of [undefined, false]) {
      const context = preferGetMethod === undefined ? {} : { preferGetMethod }
      const { data, error } = await client.query(query, { slug: 'tiny' }, { ...context, requestPolicy: 'network-only' }).toPromise()
      expect({ data, error }).toEqual({ data: { model: expect.objectContaining({ slug: 'tiny', layers: 2 }) }, error: undefined })
    }
  })
})

describe('Relay', () => {
  it('reads a connection, page by page, into its store', async () => {
    const environment = relayEnvironment(server.url)
    const ask = (after: string | null) =>
      fetchQuery<PromptsQuery>(environment, promptsQuery as GraphQLTaggedNode, { dataset: 'capitals', first: 2, after }).toPromise()
    const first = await ask(null)
    expect(first?.dataset?.prompts.edges.map(({ node }) => node.text)).toEqual(TEXTS.slice(0, 2))
    expect(first?.dataset?.prompts.edges[0]?.node.attributions[0]?.contributions.nodes[0]?.component).toEqual({
      __typename: 'HeadComponent',
      label: 'L1.H1',
    })
    const records = JSON.stringify(environment.getStore().getSource().toJSON())
    const after = /"endCursor":"([^"]+)"/.exec(records)?.[1] ?? null
    expect(after).not.toBeNull()
    // Relay's store puts the pages together.
    expect((await ask(after))?.dataset?.prompts.edges.map(({ node }) => node.text)).toEqual(TEXTS)
  })
})

describe('codegen', () => {
  it('makes types that the compiler accepts', async () => {
    const [folder, { config, preset: name }] = Object.entries(codegenConfig.generates)[0]!
    expect({ folder, name }).toEqual({ folder: 'src/gql/', name: 'client' })
    const source = 'query Heads($slug: String!) { model(slug: $slug) { createdAt components(kind: HEAD, first: 2) { label meanScore } } }'
    const files = await preset.buildGeneratesSection({
      baseOutputDir: folder,
      schema: parse(printSchema()),
      documents: [{ document: parse(source), location: 'heads.graphql', rawSDL: source, hash: '1' }],
      config: { ...config },
      presetConfig: {},
      plugins: [],
      pluginMap: {},
    })
    const outputs = new Map<string, string>()
    for (const file of files) outputs.set(file.filename, await codegen(file))
    const text = outputs.get('src/gql/graphql.ts') ?? ''
    expect(text).toContain('createdAt: string')
    const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true })
    expect(diagnostics).toEqual([])
  })
})

describe("Vite's development server", () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-vite-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('hands queries and subscriptions on', async () => {
    const { createServer } = await import('vite')
    const proxy = Object.fromEntries(
      Object.entries(viteConfig.server?.proxy ?? {}).map(([path, options]) => [
        path,
        typeof options === 'string' ? options : { ...options, target: server.url.replace('/graphql', '') },
      ]),
    )
    const vite = await createServer({ root, configFile: false, logLevel: 'silent', server: { proxy, port: 0, host: '127.0.0.1' } })
    await vite.listen()
    try {
      const address = vite.httpServer?.address()
      const port = typeof address === 'object' && address ? address.port : 0
      const origin = `http://127.0.0.1:${port}`
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify({ query: '{ models { totalCount } }' }),
      })
      expect(await response.json()).toEqual({ data: { models: { totalCount: 1 } } })
      expect(await subscribe(`ws://127.0.0.1:${port}/graphql`, origin)).toEqual({ jobProgress: { state: 'WAITING' } })
    } finally {
      await vite.close()
    }
  })
})

/** What the first event says; as a page of `origin` asks. */
async function subscribe(url: string, origin: string): Promise<unknown> {
  class FromPage extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers: { origin } })
    }
  }
  const client = createWebSocketClient({ url, webSocketImpl: FromPage, retryAttempts: 0 })
  const id = Buffer.from('Job:00000000-0000-4000-8000-000000000000').toString('base64')
  const events = client.iterate({ query: `subscription { jobProgress(id: "${id}") { state } }` })
  const { value } = await events.next()
  await client.dispose()
  return (value as { data?: unknown }).data
}

it('docs/clients.md shows the recipes as they are run', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../docs/clients.md'), 'utf8')
  const folder = join(import.meta.dirname, 'recipes')
  for (const file of readdirSync(folder)) {
    const code = readFileSync(join(folder, file), 'utf8').trim().replace('../../../schema/', './')
    expect(docs, file).toContain(`\`\`\`ts\n${code}\n\`\`\``)
  }
})

