/**
 * deploy/Containerfile and deploy/compose.yaml, built and run: a database, a server and two workers come up together, work,
 * are stopped and come back. What they begin with are the stand-ins of .ci/containers.sh, since a registry of images is not
 * always there; everything above is the files' own. By itself:
 *   source .ci/containers.sh && npx vitest run test/package/containers.test.ts
 * Packing uses dist/, so this does not run beside package.test.ts.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

const root = path.join(import.meta.dirname, '../..')
/** Settings of podman, and how npm is called from a build on this machine. */
const settings = process.env['TRIBUTARY_TEST_CONTAINERS']
/** Another machine's libraries would be a fifth more. */
const MOST_BYTES = 1e9
const PATIENCE_MS = 600_000
const PROMPTS = 239
const QUESTION = { model: 'demo', text: 'The capital of France is', partition: { token: {} } }

/** What the questions here have in common. */
const answerSchema = z.looseObject({ data: z.looseObject({ models: z.looseObject({ nodes: z.array(z.unknown()) }).optional() }).nullish() })
type Answer = z.infer<typeof answerSchema>

describe.skipIf(settings === undefined)('the container (skipped without TRIBUTARY_TEST_CONTAINERS, which .ci/containers.sh sets where podman works)', () => {
  const folder = settings ?? ''
  const environment: NodeJS.ProcessEnv = {
    ...process.env, CONTAINERS_CONF: path.join(folder, 'containers.conf'), CONTAINERS_STORAGE_CONF: path.join(folder, 'storage.conf'),
    MODELS: path.join(root, 'demo'), WORKERS: '2',
  }
  delete environment['POSTGRES_PASSWORD']
  const run = async (command: string, args: readonly string[], more: Record<string, string> = {}) =>
    (await promisify(execFile)(command, args, { cwd: root, env: { ...environment, ...more }, maxBuffer: 1e8 })).stdout
  const podman = (...args: string[]) => run('podman', args)
  const inServer = (...args: string[]) => podman('exec', 'tributary_server_1', 'tributary', ...args)
  const composeFile = path.join(folder, 'compose.yaml')
  const compose = (...args: string[]) => run(path.join(folder, 'compose/bin/podman-compose'), ['-f', composeFile, ...args], { POSTGRES_PASSWORD: 'secret' })
  let port = 0
  let key = ''

  /** What systemd's timers would do, which podman leaves this to. */
  const isHealthy = (name: string) => podman('healthcheck', 'run', name).then(() => true, () => false)
  const exitOf = async (name: string) => Number(await podman('inspect', name, '--format', '{{.State.ExitCode}}'))
  /** All services at once: the older podman-compose waits for nobody's health, so each has to wait for the others itself. */
  async function up(): Promise<void> {
    await compose('up', '-d')
    await expect.poll(() => isHealthy('tributary_server_1')).toBe(true)
  }
  /** The store of .ci/containers.sh has nothing else in it. */
  async function removeAll(): Promise<void> {
    await compose('down', '-v').catch(() => undefined)
    await podman('volume', 'prune', '--force')
  }
  async function ask(query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = { 'x-api-key': key }): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query, variables }) })
    return answerSchema.parse(await response.json())
  }

  beforeAll(async () => {
    for (const name of fs.readdirSync(root)) if (/^tributary-.*\.tgz$/.test(name)) fs.rmSync(path.join(root, name))
    await run('npm', ['run', 'package'])
    // Beyond the line in the file: only how this machine reaches npm.
    const reach = ['--network', 'host', '--volume', `${folder}/npmrc:/root/.npmrc:ro`, '--volume', `${folder}/authority.pem:/etc/npm-authority.pem:ro`]
    const began = performance.now()
    await podman('build', '--format', 'docker', ...reach, '-f', 'deploy/Containerfile', '-t', 'tributary', '.')
    console.log(`the image was built in ${Math.round((performance.now() - began) / 1000)} s`)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
    server.close()
    const text = fs.readFileSync(path.join(root, 'deploy/compose.yaml'), 'utf8')
    fs.writeFileSync(composeFile, text.replace('127.0.0.1:4000:', `127.0.0.1:${port}:`).replace('context: ..', `context: ${root}`))
    await removeAll()
  }, PATIENCE_MS)
  afterAll(async () => {
    await removeAll()
    await podman('image', 'prune', '--force').catch(() => undefined)
  })

  test('has a health check, a user without rights, and what this system needs alone', async () => {
    const [image] = z.array(z.object({ Size: z.number(), User: z.string(), Healthcheck: z.object({ Test: z.array(z.string()) }) })).parse(JSON.parse(await podman('image', 'inspect', 'tributary')))
    expect(image).toMatchObject({ User: 'node', Healthcheck: { Test: ['CMD', 'node', '-e', expect.stringContaining('/readyz')] } })
    console.log(`the image has ${Math.round(image!.Size / 1e6)} MB`)
    expect(image!.Size).toBeLessThan(MOST_BYTES)
  })

  test('attributes without a network, a right or a file that it may write', async () => {
    const closed = ['--network', 'none', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all', '--volume', `${root}/demo:/models:ro`]
    const { stdout, stderr } = await promisify(execFile)('podman', ['run', '--rm', '--no-healthcheck', ...closed, 'tributary', 'attribute', '--model', '/models/model', '--text', QUESTION.text], { env: environment })
    expect(stdout).toContain('␣Paris')
    // onnxruntime says when it cannot send what it has noted.
    expect(stderr).not.toMatch(/telemetry/i)
  })

  test('has a database of its own where none is named', async () => {
    expect(await podman('run', '--rm', '--no-healthcheck', '--network', 'none', 'tributary', 'status')).toContain('Database  127.0.0.1')
  })

  test('does not come up without a password', async () => {
    await expect(run(path.join(folder, 'compose/bin/podman-compose'), ['-f', composeFile, 'up', '-d'])).rejects.toThrow(/POSTGRES_PASSWORD.*set POSTGRES_PASSWORD/)
    expect(await podman('ps', '--all', '--quiet')).toBe('')
  })

  test('comes up whole, and answers by its workers those who have a key', async () => {
    const began = performance.now()
    await up()
    console.log(`healthy ${((performance.now() - began) / 1000).toFixed(1)} s after it was begun, with a new database`)
    await expect.poll(() => inServer('status').catch(String)).toMatch(/^Worker .*\nWorker /m)
    key = /^\S{20,}$/m.exec(await inServer('key', 'create', '--name', 'test', '--scopes', 'admin'))?.[0] ?? ''
    await inServer('model', 'add', '/models/model', '--id', 'demo')
    const query = 'query ($input: AttributeInput!) { attribute(input: $input) { id completenessError } }'
    expect(await ask(query, { input: QUESTION }, {})).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    expect(await ask(query, { input: QUESTION })).toMatchObject({ data: { attribute: { id: expect.any(String) } } })
  }, PATIENCE_MS)

  test('a worker that is stopped at work finishes its batch, and another does the rest', async () => {
    await inServer('dataset', 'add', '/models/data/known_1000.json', '--id', 'known')
    const ingest = spawn('podman', ['exec', 'tributary_server_1', 'tributary', 'ingest', '--model', 'demo', '--dataset', 'known', '--by', 'head'], { env: environment })
    const ended = once(ingest, 'exit')
    for await (const said of ingest.stderr.setEncoding('utf8')) if (/ [1-9]\d* of /.test(said)) break
    await podman('stop', '--time', '30', 'tributary_worker_1')
    // By its own end, not by podman's SIGKILL (137).
    expect(await exitOf('tributary_worker_1')).toBe(143)
    ingest.stderr.resume()
    expect((await ended)[0]).toBe(0)
    // A name may not be found for five seconds after a container has gone (aardvark-dns 1.4).
    await expect.poll(() => inServer('status').catch(String)).toMatch(new RegExp(`head .* done +1 +${PROMPTS} +0 +${PROMPTS}`))
    expect(await inServer('verify', '--sample', '5')).toContain('no differences')
  }, PATIENCE_MS)

  test('what is stored outlives the containers', async () => {
    const read = '{ models(first: 9) { nodes { name: id } } }'
    const before = await ask(read)
    expect(before.data?.models?.nodes).toHaveLength(1)
    await compose('down')
    expect(await podman('ps', '--all', '--quiet')).toBe('')
    await up()
    expect(await ask(read)).toEqual(before)
    expect(await inServer('attribute', '--model', 'demo', '--text', QUESTION.text)).toContain('␣Paris')
    for (const name of ['tributary_worker_2', 'tributary_server_1', 'tributary_database_1']) await podman('stop', name)
    expect(await Promise.all(['tributary_worker_2', 'tributary_server_1', 'tributary_database_1'].map(exitOf))).toEqual([143, 143, 0])
  }, PATIENCE_MS)
})
