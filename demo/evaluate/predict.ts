/** What the model says next after sequences of ids, whole or with heads taken out. */
import type { ModelConfig } from '../../src/model/config.ts'
import type { Engine, Executable } from '../../src/tensor/engine.ts'
import { float32, int32 } from '../../src/tensor/ops.ts'
import { need, index, real, type Program } from '../../src/tensor/program.ts'
import { pack } from '../train/batches.ts'
import { forward } from '../train/forward.ts'
import { countOf, parametersOf } from '../train/shape.ts'
import { cut, identity, type BatchShape } from '../train/step.ts'

const shape: BatchShape = { B: 16, T: 64 }

export interface Head {
  layer: number
  head: number
}

export interface Question {
  /** Begins with the beginning of sequence. */
  ids: readonly number[]
  /** Heads whose output is zero. */
  without?: readonly Head[]
}

interface Prediction {
  /** The first choice. */
  id: number
  /** [V]; at the last position */
  logits: Float32Array
}

export class Predictor {
  private readonly executable: Executable
  private readonly config: ModelConfig
  private readonly vector: Float32Array

  private constructor(executable: Executable, config: ModelConfig, vector: Float32Array) {
    this.executable = executable
    this.config = config
    this.vector = vector
  }

  static async open(engine: Engine, config: ModelConfig, vector: Float32Array): Promise<Predictor> {
    return new Predictor(await engine.compile(gatedForward(config)), config, vector)
  }

  async predict(questions: readonly Question[]): Promise<Prediction[]> {
    const predictions: Prediction[] = []
    while (predictions.length < questions.length) {
      const asked = questions.slice(predictions.length)
      let at = 0
      const batch = pack(shape, () => {
        const question = asked[at++]
        return question === undefined ? null
          : { ids: [...question.ids], targets: question.ids.map(() => 0), shares: question.ids.map(() => 0) }
      })
      const gates = this.gates(batch.starts, asked)
      const R = shape.B * shape.T
      const width = this.config.H * this.config.headWidth
      const { logits } = await this.executable.run({
        vector: float32(this.vector, [this.vector.length]), ids: int32(batch.ids, [R]),
        mask: float32(batch.mask, [shape.B, shape.T, shape.T]), gates: float32(gates, [this.config.L, R, width]),
      })
      for (const { row, column, length } of batch.starts) {
        const from = (row * shape.T + column + length - 1) * this.config.V
        const values = Float32Array.from(logits!.data.subarray(from, from + this.config.V))
        predictions.push({ id: values.indexOf(Math.max(...values)), logits: values })
      }
    }
    return predictions
  }

  async close() {
    await this.executable.dispose()
  }

  /** [L, R, H·dh] */
  private gates(starts: readonly { row: number; column: number; length: number }[], asked: readonly Question[]): Float32Array {
    const { L, H, headWidth } = this.config
    const R = shape.B * shape.T
    const gates = new Float32Array(L * R * H * headWidth).fill(1)
    for (const [n, { row, column, length }] of starts.entries()) {
      for (const { layer, head } of asked[n]?.without ?? []) {
        for (let i = 0; i < length; i++) {
          const from = ((layer * R + row * shape.T + column + i) * H + head) * headWidth
          gates.fill(0, from, from + headWidth)
        }
      }
    }
    return gates
  }
}

function gatedForward(config: ModelConfig): Program {
  const { B, T } = shape
  const parameters = parametersOf(config)
  const R = B * T
  const width = config.H * config.headWidth
  return {
    name: 'forward without heads',
    inputs: { vector: real(countOf(parameters)), ids: index(R), mask: real(B, T, T), gates: real(config.L, R, width) },
    outputs: { logits: 2 },
    weights: {},
    prepare: () => ({}),
    run: (ops, inputs) => {
      const gates = need(inputs, 'gates')
      const headGates = Array.from({ length: config.L }, (_, l) => ops.reshape(ops.slice(gates, 0, l, l + 1), [R, width]))
      const { logits } = forward(ops, config, cut(ops, need(inputs, 'vector'), parameters), {
        B, T, oneHot: ops.gather(identity(ops, config.V), need(inputs, 'ids')), mask: need(inputs, 'mask'), headGates,
      })
      return { logits }
    },
  }
}
