/**
 * The tfjs engine: programs run operation by operation on TensorFlow.js, on the backend that was found. Weights are read
 * into the backend's memory when a program is compiled.
 */
import type { Tensor } from '@tensorflow/tfjs-core'
import { checkFits, checkInputs, checkInto } from '../check-inputs.ts'
import type { Engine, Executable } from '../engine.ts'
import { engineFailed } from '../failure.ts'
import type { HostTensor } from '../ops.ts'
import { need, type Program, type WeightSource } from '../program.ts'
import type { Backend } from './backend.ts'
import { TfjsOps } from './ops.ts'

type Tensors = Record<string, Tensor>
type HostTensors = Readonly<Record<string, HostTensor>>

export class TfjsEngine implements Engine {
  readonly id: string
  readonly mapsWeights = false
  private readonly backend: Backend
  constructor(backend: Backend) {
    this.backend = backend
    this.id = `tfjs-${backend.label}-float32`
  }

  async compile(program: Program): Promise<Executable> {
    const values = new Map<string, Float32Array>()
    for (const [name, source] of Object.entries(program.weights)) values.set(name, await valuesOf(source))
    const { tf } = this.backend
    select(this.backend)
    try {
      const prepared = tf.tidy((): Tensors => {
        const weights: Tensors = {}
        for (const [name, { shape }] of Object.entries(program.weights)) {
          weights[name] = tf.tensor(values.get(name)!, [...shape], 'float32')
        }
        return program.prepare(new TfjsOps(tf), weights)
      })
      return new TfjsExecutable(this.backend, program, prepared)
    } catch (error) {
      throw engineFailed(program.name, error)
    }
  }

  async close() {}
}

class TfjsExecutable implements Executable {
  private readonly backend: Backend
  private readonly program: Program
  private readonly prepared: Tensors
  constructor(backend: Backend, program: Program, prepared: Tensors) {
    this.backend = backend
    this.program = program
    this.prepared = prepared
  }

  async run(inputs: HostTensors, into: HostTensors = {}): Promise<Record<string, HostTensor>> {
    const { program } = this
    checkInputs(program, inputs)
    checkInto(program, into)
    const outputs = this.compute(inputs)
    try {
      const results: Record<string, HostTensor> = {}
      for (const [name, tensor] of Object.entries(outputs)) {
        results[name] = await toHost(tensor, into[name], (shape, wanted) => checkFits(program.name, name, shape, wanted))
      }
      return results
    } finally {
      this.backend.tf.dispose(outputs)
    }
  }

  async dispose() {
    this.backend.tf.dispose(this.prepared)
  }

  private compute(inputs: HostTensors): Tensors {
    const { tf } = this.backend
    select(this.backend)
    try {
      return tf.tidy((): Tensors => {
        const given: Tensors = {}
        for (const [name, { data, shape }] of Object.entries(inputs)) {
          given[name] = tf.tensor(data, [...shape], data instanceof Float32Array ? 'float32' : 'int32')
        }
        const made = this.program.run(new TfjsOps(tf), given, this.prepared)
        // Outputs are clones, because an output may be a prepared weight, which must outlive the output.
        return Object.fromEntries(Object.keys(this.program.outputs).map((name) => [name, tf.clone(need(made, name))]))
      })
    } catch (error) {
      throw engineFailed(this.program.name, error)
    }
  }
}

/**
 * TensorFlow.js has one current backend per process. The backend was already started when it was found, so this takes
 * effect at once. Nothing may be awaited between here and the end of a computation.
 */
function select({ tf, name }: Backend): void {
  if (tf.getBackend() !== name) void tf.setBackend(name)
}

const valuesOf = (source: WeightSource): Promise<Float32Array> | Float32Array =>
  source.kind === 'file' ? source.read() : source.data

/**
 * Copies the data: a backend may return the very memory that it was given, and it returns flags of a comparison as
 * bytes.
 */
async function toHost(
  tensor: Tensor, into: HostTensor | undefined, check: (shape: readonly number[], wanted: HostTensor) => void,
): Promise<HostTensor> {
  const data = await tensor.data()
  if (into === undefined) return { data: Float32Array.from(data), shape: tensor.shape }
  check(tensor.shape, into)
  into.data.set(data)
  return into
}
