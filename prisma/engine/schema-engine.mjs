#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine: speaks its JSON-RPC on stdin and stdout and its `cli` commands, over
 * the WebAssembly engine. `prisma/cli.mjs` points PRISMA_SCHEMA_ENGINE_BINARY here where there is no native engine.
 */
import fs from 'node:fs'
import readline from 'node:readline'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { openSchemaEngine } from './core.mjs'

/** The native engine's code for an error of a request (JSON-RPC leaves the numbers to the server). */
const REQUEST_FAILED = 4466

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { datamodels: { type: 'string', multiple: true }, datasource: { type: 'string' } },
})
const url = (values.datasource && JSON.parse(values.datasource).url) || 'postgresql://localhost/none'

if (positionals[0] === 'cli') await runCommand(positionals[1])
else await serve()
process.exit(0)

async function runCommand(command) {
  const address = new URL(url)
  const database = decodeURIComponent(address.pathname.slice(1))
  address.searchParams.delete('schema')
  if (command !== 'can-connect-to-database') address.pathname = '/postgres'
  const client = new pg.Client({ connectionString: address.href })
  try {
    await client.connect()
    if (command === 'create-database') await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`)
    if (command === 'drop-database') {
      await client.query(`DROP DATABASE ${client.escapeIdentifier(database)} WITH (FORCE)`)
    }
    await client.end()
  } catch (error) {
    const code = error.code === '3D000' ? 'P1003' : 'P1001'
    const fields = { error_code: code, message: error.message }
    process.stderr.write(`\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}`)
    process.exit(1)
  }
}

async function serve() {
  const datamodels = (values.datamodels ?? []).map((file) => [file, fs.readFileSync(file, 'utf8')])
  const { engine } = await openSchemaEngine(url, datamodels.length ? datamodels : undefined)
  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  // The engine asks the command line to print with requests of its own; nobody reads their answers.
  let printId = 1e9
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, method, params } = line.trim() ? JSON.parse(line) : {}
    if (!method) continue
    try {
      const result = await engine[method](params)
      if (method === 'diff' && result.stdout != null) {
        send({ id: ++printId, method: 'print', params: { content: result.stdout } })
      }
      send({ id, result: result ?? {} })
    } catch (error) {
      const data = { is_panic: false, message: error.message, error_code: error.code, meta: error.meta }
      send({ id, error: { code: REQUEST_FAILED, message: error.message, data } })
    }
  }
}
