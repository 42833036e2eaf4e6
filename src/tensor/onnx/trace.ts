/** Traces a program into an ONNX graph: every operation adds a node, a tensor is the name of a node's output. */
import type { Ops } from '../ops.ts'
import type { Program, WeightSource } from '../program.ts'
import { need } from '../program.ts'
import { AttributeType, ElementType, type Attribute, type Graph, type Initializer, type Node } from './proto.ts'

type Value = string

const int = (name: string, i: number): Attribute => ({ name, type: AttributeType.INT, i })
const ints = (name: string, values: readonly number[]): Attribute => ({
  name,
  type: AttributeType.INTS,
  ints: [...values],
})
const bytes = (data: Float32Array | BigInt64Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** Weights' element types as ONNX names them. */
const fileTypes = { F32: ElementType.FLOAT, F16: ElementType.FLOAT16, BF16: ElementType.BFLOAT16 } as const

class Tracer implements Ops<Value> {
  readonly nodes: Node[] = []
  readonly initializers: Initializer[] = []
  private readonly integers = new Map<string, Value>()
  private readonly scalars = new Map<number, Value>()

  node(opType: string, input: Value[], attribute: Attribute[] = [], outputs = 1): Value {
    const name = `${opType}_${this.nodes.length}`
    const output = Array.from({ length: outputs }, (_, i) => (i === 0 ? name : `${name}_${i}`))
    this.nodes.push({ opType, name, input, output, attribute })
    return name
  }

  /** An int64 constant: in ONNX, axes, shapes and bounds are inputs. */
  integer(values: readonly number[], scalar = false): Value {
    const key = `${scalar ? 's' : 'v'}${values.join(',')}`
    let name = this.integers.get(key)
    if (name === undefined) {
      name = `int_${this.integers.size}`
      this.integers.set(key, name)
      const rawData = bytes(BigInt64Array.from(values, (v) => BigInt(v)))
      this.initializers.push({ name, dims: scalar ? [] : [values.length], dataType: ElementType.INT64, rawData })
    }
    return name
  }

  weight(name: string, source: WeightSource): Value {
    const dims = [...source.shape]
    if (source.kind === 'data') {
      this.initializers.push({ name, dims, dataType: ElementType.FLOAT, rawData: bytes(source.data) })
      return name
    }
    const dataType = fileTypes[source.dtype]
    this.initializers.push({
      name,
      dims,
      dataType,
      dataLocation: 1,
      externalData: [
        { key: 'location', value: source.file },
        { key: 'offset', value: String(source.byteOffset) },
        { key: 'length', value: String(source.byteLength) },
      ],
    })
    return dataType === ElementType.FLOAT ? name : this.node('Cast', [name], [int('to', ElementType.FLOAT)])
  }

  matmul(a: Value, b: Value) { return this.node('MatMul', [a, b]) }
  add(a: Value, b: Value) { return this.node('Add', [a, b]) }
  sub(a: Value, b: Value) { return this.node('Sub', [a, b]) }
  mul(a: Value, b: Value) { return this.node('Mul', [a, b]) }
  div(a: Value, b: Value) { return this.node('Div', [a, b]) }
  exp(a: Value) { return this.node('Exp', [a]) }
  tanh(a: Value) { return this.node('Tanh', [a]) }
  erf(a: Value) { return this.node('Erf', [a]) }
  sigmoid(a: Value) { return this.node('Sigmoid', [a]) }
  relu(a: Value) { return this.node('Relu', [a]) }
  abs(a: Value) { return this.node('Abs', [a]) }
  neg(a: Value) { return this.node('Neg', [a]) }
  rsqrt(a: Value) { return this.node('Reciprocal', [this.node('Sqrt', [a])]) }
  softmax(a: Value) { return this.node('Softmax', [a], [int('axis', -1)]) }
  sum(a: Value, axis: number) { return this.node('ReduceSum', [a, this.integer([axis])], [int('keepdims', 1)]) }
  mean(a: Value, axis: number) { return this.node('ReduceMean', [a, this.integer([axis])], [int('keepdims', 1)]) }
  max(a: Value, axis: number) { return this.node('ReduceMax', [a, this.integer([axis])], [int('keepdims', 1)]) }
  min(a: Value, axis: number) { return this.node('ReduceMin', [a, this.integer([axis])], [int('keepdims', 1)]) }
  smallerThan(a: Value, limit: number) {
    const flags = this.node('Less', [this.abs(a), this.scalar(limit)])
    return this.node('Cast', [flags], [int('to', ElementType.FLOAT)])
  }
  greaterThan(a: Value, b: Value) {
    return this.node('Cast', [this.node('Greater', [a, b])], [int('to', ElementType.FLOAT)])
  }
  kthLargest(a: Value, k: number) {
    return this.slice(this.node('TopK', [a, this.integer([k])], [], 2), -1, k - 1, k)
  }
  where(condition: Value, a: Value, b: Value) {
    return this.node('Where', [this.node('Cast', [condition], [int('to', ElementType.BOOL)]), a, b])
  }
  reshape(a: Value, shape: readonly number[]) { return this.node('Reshape', [a, this.integer(shape)]) }
  unsqueeze(a: Value, axes: readonly number[]) { return this.node('Unsqueeze', [a, this.integer(axes)]) }
  transpose(a: Value, permutation: readonly number[]) { return this.node('Transpose', [a], [ints('perm', permutation)]) }
  concat(parts: readonly Value[], axis: number) { return this.node('Concat', [...parts], [int('axis', axis)]) }
  gather(a: Value, indices: Value, axis = 0) { return this.node('Gather', [a, indices], [int('axis', axis)]) }

  lastLike(a: Value, axis: number, like: Value, likeAxis: number) {
    const start = this.node('Neg', [this.size(like, likeAxis)])
    return this.node('Slice', [a, start, this.integer([Number.MAX_SAFE_INTEGER]), this.integer([axis])])
  }
  slice(a: Value, axis: number, from: number, to: number) {
    const end = to === Infinity ? Number.MAX_SAFE_INTEGER : to
    return this.node('Slice', [a, this.integer([from]), this.integer([end]), this.integer([axis])])
  }
  scalar(value: number) {
    let name = this.scalars.get(value)
    if (name === undefined) {
      name = `scalar_${this.scalars.size}`
      this.scalars.set(value, name)
      this.initializers.push({ name, dims: [], dataType: ElementType.FLOAT, rawData: bytes(Float32Array.of(value)) })
    }
    return name
  }
  constant(data: Float32Array, shape: readonly number[]) {
    const name = `constant_${this.initializers.length}`
    this.initializers.push({ name, dims: [...shape], dataType: ElementType.FLOAT, rawData: bytes(data) })
    return name
  }

  private size(a: Value, axis: number) {
    return this.node('Shape', [a], [int('start', axis), int('end', axis + 1)])
  }
}

/** The program as a graph. Weights stay where they are: the graph only points at them. */
export function traceProgram(program: Program): Graph {
  const tracer = new Tracer()
  const weights = Object.fromEntries(
    Object.entries(program.weights).map(([name, source]) => [name, tracer.weight(`weight_${name}`, source)]),
  )
  const inputs = Object.fromEntries(Object.keys(program.inputs).map((name) => [name, name]))
  const outputs = program.run(tracer, inputs, program.prepare(tracer, weights))
  for (const name of Object.keys(program.outputs)) {
    tracer.nodes.push({
      opType: 'Identity', name: `out_${name}`, input: [need(outputs, name)], output: [name], attribute: [],
    })
  }
  return {
    name: program.name,
    node: tracer.nodes,
    initializer: tracer.initializers,
    input: Object.entries(program.inputs).map(([name, { dtype, shape }]) => ({
      name,
      type: {
        tensorType: {
          elemType: dtype === 'float32' ? ElementType.FLOAT : ElementType.INT32,
          shape: { dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
        },
      },
    })),
    output: Object.entries(program.outputs).map(([name, rank]) => ({
      name,
      type: {
        tensorType: {
          elemType: ElementType.FLOAT,
          shape: { dim: Array.from({ length: rank }, (_, i) => ({ dimParam: `${name}_${i}` })) },
        },
      },
    })),
  }
}
