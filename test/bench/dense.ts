/** Runs dense.py: the paper's method in plain PyTorch, on the same model, in the same minutes. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import { allocatorVariables } from '../../cli/allocator.mjs'

/** `gflop`: arithmetic of the matrix products, as PyTorch counts it. */
const timesSchema = z.object({ seconds: z.number(), cpuSeconds: z.number(), best: z.number(), gflop: z.number() })
const denseSchema = z.object({
  /** GFLOP/s of large float32 products on a card; null on the processor. */
  peakGflops: z.number().nullable(),
  /** Reading the weights, and the first answer of the process. */
  loadSeconds: z.number(),
  firstSeconds: z.number(),
  /** The logit that is attributed, and what each component gives to it. */
  value: z.number(),
  scores: z.array(z.number()),
  /** Median and best of the further answers, and of plain forward passes; null where none was asked for. */
  answer: timesSchema.nullable(),
  forward: timesSchema.nullable(),
})
export type Dense = z.infer<typeof denseSchema>

/** The Python that has torch, or why there is none. */
export function findPython(): { python: string } | { reason: string } {
  const python = process.env.TRIBUTARY_BENCH_PYTHON ?? 'python3'
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' })
    return { python }
  } catch {
    return { reason: `${python} has no torch; TRIBUTARY_BENCH_PYTHON names a Python that has` }
  }
}

interface DenseOptions {
  folder: string
  N: number
  by: 'token' | 'neuron'
  repetitions: number
  device?: 'cpu' | 'cuda'
}

/** With the allocator's settings that our own process gets. */
export function runDense(
  python: string, { folder, N, by, repetitions, device = 'cpu' }: DenseOptions,
): Dense {
  const args = [join(import.meta.dirname, 'dense.py'), folder, String(N), by, String(repetitions), device]
  const env = { ...process.env, ...allocatorVariables(process.env) }
  const output = execFileSync(python, args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'], env })
  return denseSchema.parse(JSON.parse(output))
}
