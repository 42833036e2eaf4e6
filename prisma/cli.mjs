#!/usr/bin/env node
/**
 * The Prisma command line on this project's schema, with the native engine where npm could download it and the
 * WebAssembly one otherwise: `DATABASE_URL=… node prisma/cli.mjs migrate status`.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = path.dirname(fileURLToPath(import.meta.url))
const engines = path.join(folder, '..', 'node_modules', '@prisma', 'engines')
const isDownloaded = fs.readdirSync(engines).some((file) => file.startsWith('schema-engine-'))
// It does not ask its makers for updates.
const env = { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' }
if (!isDownloaded) env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(folder, 'engine', 'schema-engine.mjs')
const require = createRequire(import.meta.url)
const prisma = path.join(path.dirname(require.resolve('prisma/package.json')), 'build', 'index.js')
const args = [prisma, ...process.argv.slice(2), '--config', path.join(folder, 'prisma.config.ts')]
process.exit(spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status ?? 1)
