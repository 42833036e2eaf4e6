/** How fast this machine multiplies matrices at this moment, by the engine itself and by a BLAS if there is one. */
import { execFileSync } from 'node:child_process'
import type { Engine, Executable } from '../../src/tensor/engine.ts'
import { float32, type HostTensor } from '../../src/tensor/ops.ts'
import { zerosAfter } from '../../src/tensor/padding.ts'
import { need, real, type Program } from '../../src/tensor/program.ts'

interface MatrixShape {
  rows: number
  inner: number
  columns: number
}

const REPETITIONS = 8

/** GFLOP/s: the best of some repetitions, and all of them together, as a pass has them. */
interface Rates {
  best: number
  sustained: number
}

/** [rows, inner] × a constant [inner, columns]. */
class RateProbe {
  private readonly executable: Executable
  private readonly shape: MatrixShape
  /** Made once: what a benchmark allocates should not count as what it measures. */
  private readonly input: Record<string, HostTensor>
  private readonly into: Record<string, HostTensor>
  private constructor(executable: Executable, shape: MatrixShape) {
    this.executable = executable
    this.shape = shape
    const { rows, inner, columns } = shape
    this.input = { rows: float32(new Float32Array(rows * inner).fill(0.5), [rows, inner]) }
    this.into = { product: float32(new Float32Array(rows * columns), [rows, columns]) }
  }

  static async open(engine: Engine, shape: MatrixShape): Promise<RateProbe> {
    const { inner, columns } = shape
    const program: Program = {
      name: 'rate',
      inputs: { rows: real('R', inner) },
      outputs: { product: 2 },
      weights: { w: { kind: 'data', data: new Float32Array(inner * columns).fill(0.01), shape: [inner, columns] } },
      prepare: (_, w) => ({ w: need(w, 'w') }),
      run: (ops, inputs, w) => ({ product: ops.matmul(need(inputs, 'rows'), need(w, 'w')) }),
    }
    return new RateProbe(await engine.compile(program), shape)
  }

  async measure(): Promise<Rates> {
    const { rows, inner, columns } = this.shape
    const times: number[] = []
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const began = performance.now()
      await this.executable.run(this.input, this.into)
      times.push(performance.now() - began)
    }
    const gflop = (2 * rows * inner * columns) / 1e6
    return { best: gflop / Math.min(...times), sustained: (gflop * REPETITIONS) / times.reduce((a, b) => a + b) }
  }

  close = () => this.executable.dispose()
}

/**
 * GFLOP/s over the three products of a layer (D → I, I → D, D → D) in the proportion the pass needs them: engines do not
 * multiply all shapes equally fast, and the pass can be no faster than its own. Rows are padded where the pass pads them,
 * for these are the faster products.
 */
export class LayerRate {
  private readonly probes: readonly { probe: RateProbe; share: number }[]
  private constructor(probes: readonly { probe: RateProbe; share: number }[]) {
    this.probes = probes
  }

  static async open(engine: Engine, { D, I, rows }: { D: number; I: number; rows: number }): Promise<LayerRate> {
    const parts: [number, number, number][] = [[D, I, D * I], [I, D, D * I], [D, D, 2 * D * D]]
    const total = parts.reduce((sum, [, , flops]) => sum + flops, 0)
    return new LayerRate(await Promise.all(parts.map(async ([inner, columns, flops]) => ({
      probe: await RateProbe.open(engine, { rows, inner: inner + zerosAfter(inner), columns }), share: flops / total,
    }))))
  }

  /** `each` by product; the others as the pass needs them. */
  async measure(): Promise<Rates & { each: number[] }> {
    const rates: Rates[] = []
    for (const { probe } of this.probes) rates.push(await probe.measure())
    const mixed = (which: keyof Rates) => 1 / this.probes.reduce((sum, { share }, i) => sum + share / rates[i]![which], 0)
    return { best: mixed('best'), sustained: mixed('sustained'), each: rates.map(({ best }) => best) }
  }

  async close(): Promise<void> {
    for (const { probe } of this.probes) await probe.close()
  }
}

/** GFLOP/s of numpy's BLAS, or null where there is none. */
export function blasRate({ rows, inner, columns }: MatrixShape): number | null {
  const script =
    `import numpy as n,time\na=n.ones((${rows},${inner}),'f');b=n.ones((${inner},${columns}),'f');t=9e9\n` +
    'for _ in range(6):\n s=time.perf_counter();a@b;t=min(t,time.perf_counter()-s)\n' +
    `print(${2 * rows * inner * columns}/t/1e9)`
  try {
    return Number(execFileSync('python3', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return null
  }
}
