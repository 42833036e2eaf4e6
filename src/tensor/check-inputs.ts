/** Refuses tensors that do not fit the program. Engines would notice late, or compute something else. */
import type { HostTensor } from './ops.ts'
import type { InputSpec, Program } from './program.ts'

type Tensors = Readonly<Record<string, HostTensor>>

/** Checks names, element types and sizes; a letter stands for the same size wherever it occurs. */
export function checkInputs({ name: program, inputs: specs }: Program, inputs: Tensors): void {
  const sizes = new Map<string, number>()
  for (const [name, spec] of Object.entries(specs)) {
    const tensor = inputs[name]
    if (tensor === undefined) throw new Error(`${program}: the input '${name}' is missing`)
    const complaint = mismatch(tensor, spec, sizes)
    if (complaint !== null) throw new Error(`${program}: the input '${name}' ${complaint}`)
  }
  const stranger = Object.keys(inputs).find((name) => specs[name] === undefined)
  if (stranger !== undefined) throw new Error(`${program} takes no input '${stranger}'`)
}

function mismatch({ data, shape }: HostTensor, spec: InputSpec, sizes: Map<string, number>): string | null {
  const dtype = data instanceof Float32Array ? 'float32' : 'int32'
  if (dtype !== spec.dtype) return `is ${dtype}; expected ${spec.dtype}`
  const came = `has the shape [${shape.join(', ')}]`
  if (shape.length !== spec.shape.length) return `${came}; expected [${spec.shape.join(', ')}]`
  for (const [axis, expected] of spec.shape.entries()) {
    const extent = shape[axis]!
    const size = typeof expected === 'number' ? expected : sizes.get(expected) ?? extent
    if (typeof expected === 'string') sizes.set(expected, size)
    if (extent !== size) return `${came}; expected [${spec.shape.join(', ')}] with ${expected} = ${size}`
  }
  const count = shape.reduce((product, extent) => product * extent, 1)
  return data.length === count ? null : `${came} and ${data.length} numbers; expected ${count}`
}

/** Refuses an output tensor that the program's output does not fit into. */
export function checkInto({ name: program, outputs }: Program, into: Tensors): void {
  const stranger = Object.keys(into).find((name) => outputs[name] === undefined)
  if (stranger !== undefined) throw new Error(`${program} makes no output '${stranger}'`)
}

export function checkFits(program: string, name: string, shape: readonly number[], { data, shape: wanted }: HostTensor): void {
  const count = shape.reduce((product, extent) => product * extent, 1)
  if (shape.join() === wanted.join() && data.length === count) return
  throw new Error(`${program}: the output '${name}' has the shape [${shape.join(', ')}], and the tensor it is to be ` +
    `written to [${wanted.join(', ')}] with ${data.length} numbers`)
}
