/** One program on onnxruntime: owns its session, and makes a new one after the device has failed. */
import './no-telemetry.ts'
import * as ort from 'onnxruntime-node'
import { checkInputs, checkInto } from '../check-inputs.ts'
import type { Executable } from '../engine.ts'
import { engineFailed } from '../failure.ts'
import type { HostTensor } from '../ops.ts'
import type { Program } from '../program.ts'

export type Session = Pick<ort.InferenceSession, 'run' | 'release' | 'outputNames'>

type HostTensors = Readonly<Record<string, HostTensor>>

interface SessionOwner {
  /** Called after a failed run, because no session on a device that may be gone can be used any more. */
  failed(): Promise<void>
  disposed(executable: OnnxExecutable): void
}

export class OnnxExecutable implements Executable {
  private session: Session | null
  private running: Promise<unknown> = Promise.resolve()
  private readonly program: Program
  private readonly create: () => Promise<Session>
  private readonly owner: SessionOwner

  constructor(session: Session, program: Program, create: () => Promise<Session>, owner: SessionOwner) {
    this.session = session
    this.program = program
    this.create = create
    this.owner = owner
  }

  async run(inputs: HostTensors, into: HostTensors = {}): Promise<Record<string, HostTensor>> {
    checkInputs(this.program, inputs)
    checkInto(this.program, into)
    this.session ??= await this.create()
    const { session } = this
    const fetches: Record<string, ort.Tensor | null> = {}
    for (const name of session.outputNames) {
      const given = into[name]
      fetches[name] = given === undefined ? null : toOrt(given)
    }
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, toOrt(tensor)]))
    const run = session.run(feeds, fetches)
    this.running = run
    const results = await run.catch(async (error: unknown) => {
      await this.owner.failed()
      throw engineFailed(this.program.name, error)
    })
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, into[name] ?? fromOrt(tensor)]))
  }

  /** Releases its session; the next run makes another. */
  async reset(): Promise<void> {
    const { session } = this
    this.session = null
    await this.running.catch(() => undefined)
    // If the device is gone, even the release of a session may fail, but then there is nothing left to free.
    await session?.release().catch(() => undefined)
  }

  async dispose(): Promise<void> {
    this.owner.disposed(this)
    const { session } = this
    this.session = null
    await session?.release()
  }
}

const toOrt = ({ data, shape }: HostTensor): ort.Tensor =>
  data instanceof Float32Array ? new ort.Tensor('float32', data, shape) : new ort.Tensor('int32', data, shape)

function fromOrt(tensor: ort.OnnxValue): HostTensor {
  const { data } = tensor
  if (data instanceof Float32Array || data instanceof Int32Array) return { data, shape: tensor.dims }
  throw new Error(`onnxruntime gave a tensor of type ${tensor.type} where float32 or int32 was traced`)
}
