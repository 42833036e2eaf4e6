/**
 * Chooses the backend of TensorFlow.js: the fastest that is installed. The packages with a native library are optional, and
 * a user chooses one by installing it. The WebAssembly and plain JavaScript backends are always there.
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type * as core from '@tensorflow/tfjs-core'
import { UserError } from '../../errors.ts'
import type { Device } from '../engine.ts'
import { firstLine, messageOf } from '../failure.ts'
import { guardAllocations } from './wasm-memory.ts'

export type Tfjs = typeof core

export interface Backend {
  tf: Tfjs
  /** As TensorFlow.js registers it. */
  name: 'tensorflow' | 'wasm' | 'cpu'
  /** As the engine's id says it. */
  label: string
}

/** Packages to look for, best first. The first two are optional peers. */
const candidates = [
  { label: 'node-gpu', name: 'tensorflow', package: '@tensorflow/tfjs-node-gpu' },
  { label: 'node', name: 'tensorflow', package: '@tensorflow/tfjs-node' },
  { label: 'wasm', name: 'wasm', package: '@tensorflow/tfjs-backend-wasm' },
  { label: 'cpu', name: 'cpu', package: '@tensorflow/tfjs-backend-cpu' },
] as const
type Candidate = (typeof candidates)[number]
type BackendLabel = Candidate['label']

/** Imports a module by name; tests replace it. */
export type Import = (specifier: string) => Promise<unknown>
const require = createRequire(import.meta.url)
const importPackage: Import = (specifier) => {
  switch (specifier) {
    case '@tensorflow/tfjs-core':
      return import('@tensorflow/tfjs-core')
    case '@tensorflow/tfjs-backend-wasm':
      return import('@tensorflow/tfjs-backend-wasm')
    case '@tensorflow/tfjs-backend-cpu':
      return import('@tensorflow/tfjs-backend-cpu')
    default:
      // Resolving first distinguishes an absent package from one whose own dependency is missing. It also finds packages of
      // NODE_PATH. The name is a variable, so that neither types nor bundles need a package that may be absent.
      return import(pathToFileURL(require.resolve(specifier)).href)
  }
}

/** The best backend for `device`, or the one named by `only`. */
export async function findBackend(device: Device, only?: BackendLabel, load: Import = importPackage): Promise<Backend> {
  if (device === 'webgpu') {
    throw new UserError('UNSUPPORTED', "The engine 'tfjs' has no WebGPU in Node; use --engine onnx --device webgpu.")
  }
  const wanted = device === 'cuda' ? 'node-gpu' : only
  const reasons: string[] = []
  for (const candidate of candidates) {
    if (wanted !== undefined && candidate.label !== wanted) continue
    const outcome = await start(candidate, load)
    if (typeof outcome !== 'string') return outcome
    reasons.push(outcome)
    // An absent package is ordinary. A broken one is worth a warning, because the next backend is many times slower.
    if (!isAbsent(outcome) && wanted === undefined) process.emitWarning(`${outcome}; the engine tfjs goes on without it.`)
  }
  const advice = device === 'cuda'
    ? 'install it (npm install @tensorflow/tfjs-node-gpu, with the CUDA libraries it names), or use --engine onnx --device cuda'
    : 'reinstall the packages @tensorflow/tfjs-*, or use --engine onnx'
  throw new UserError('ENGINE_UNAVAILABLE', `The engine 'tfjs' did not start (${reasons.join('; ')}): ${advice}.`)
}

const ABSENT = 'is not installed'
const isAbsent = (reason: string) => reason.endsWith(ABSENT)

/** The backend, ready for use, or why not. */
async function start({ package: specifier, name, label }: Candidate, load: Import): Promise<Backend | string> {
  try {
    if (name === 'tensorflow') restoreOldUtil()
    const loaded = await load(specifier)
    // A native package carries its own copy of the core; the other backends register with the core installed beside them.
    const tf = tfjsOf(name === 'tensorflow' ? loaded : await load('@tensorflow/tfjs-core'))
    if (tf === null) return `${specifier} is not a TensorFlow.js that this engine knows`
    tf.enableProdMode()
    if (!(await tf.setBackend(name))) return `${specifier} did not start`
    if (name === 'wasm') guardAllocations(tf.backend())
    return { tf, name, label }
  } catch (error) {
    return isMissing(error, specifier) ? `${specifier} ${ABSENT}` : `${specifier} does not load (${firstLine(messageOf(error))})`
  }
}

/** Functions of node:util that the native packages of TensorFlow.js 4.22 call, and that Node 23 has taken away. */
function restoreOldUtil(): void {
  const util: Record<string, unknown> = require('node:util')
  util['isArray'] ??= Array.isArray
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
}

/** True if the package itself is missing, false if one of its dependencies is. */
const isMissing = (error: unknown, specifier: string) =>
  error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND' && error.message.includes(`'${specifier}'`)

/**
 * The default export of a CommonJS package is the whole package; its named exports are only those guessed from its text.
 */
function tfjsOf(module: unknown): Tfjs | null {
  if (typeof module === 'object' && module !== null && 'default' in module && isTfjs(module.default)) return module.default
  return isTfjs(module) ? module : null
}

const isTfjs = (module: unknown): module is Tfjs =>
  typeof module === 'object' && module !== null && 'tidy' in module && 'matMul' in module && 'setBackend' in module
