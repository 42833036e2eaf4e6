/**
 * The part of the ONNX file format that a traced program needs (onnx.proto3 of the ONNX specification, IR version 10),
 * written by protobufjs. Field numbers are the specification's.
 */
import protobuf from 'protobufjs'

export const ElementType = { FLOAT: 1, INT32: 6, INT64: 7, BOOL: 9, FLOAT16: 10, BFLOAT16: 16 } as const
export const AttributeType = { FLOAT: 1, INT: 2, STRING: 3, INTS: 7 } as const
const OPSET = 21
const IR_VERSION = 10

export interface Attribute {
  name: string
  type: number
  f?: number
  i?: number
  ints?: number[]
}

export interface Node {
  opType: string
  domain?: string
  name: string
  input: string[]
  output: string[]
  attribute: Attribute[]
}

export interface Initializer {
  name: string
  dims: number[]
  dataType: number
  rawData?: Uint8Array
  /** `location`, `offset`, `length` of data that stays in a file; requires dataLocation 1. */
  externalData?: { key: string; value: string }[]
  dataLocation?: number
}

interface ValueInfo {
  name: string
  type: { tensorType: { elemType: number; shape: { dim: { dimValue?: number; dimParam?: string }[] } } }
}

export interface Graph {
  name: string
  node: Node[]
  initializer: Initializer[]
  input: ValueInfo[]
  output: ValueInfo[]
}

const field = (type: string, id: number, rule?: 'repeated') => (rule ? { rule, type, id } : { type, id })

const root = protobuf.Root.fromJSON({
  nested: {
    OperatorSet: { fields: { domain: field('string', 1), version: field('int64', 2) } },
    Entry: { fields: { key: field('string', 1), value: field('string', 2) } },
    Dimension: { fields: { dimValue: field('int64', 1), dimParam: field('string', 2) } },
    Shape: { fields: { dim: field('Dimension', 1, 'repeated') } },
    TensorType: { fields: { elemType: field('int32', 1), shape: field('Shape', 2) } },
    Type: { fields: { tensorType: field('TensorType', 1) } },
    ValueInfo: { fields: { name: field('string', 1), type: field('Type', 2) } },
    Tensor: {
      fields: {
        dims: field('int64', 1, 'repeated'),
        dataType: field('int32', 2),
        name: field('string', 8),
        rawData: field('bytes', 9),
        externalData: field('Entry', 13, 'repeated'),
        dataLocation: field('int32', 14),
      },
    },
    Attribute: {
      fields: {
        name: field('string', 1),
        f: field('float', 2),
        i: field('int64', 3),
        ints: field('int64', 8, 'repeated'),
        type: field('int32', 20),
      },
    },
    Node: {
      fields: {
        input: field('string', 1, 'repeated'),
        output: field('string', 2, 'repeated'),
        name: field('string', 3),
        opType: field('string', 4),
        attribute: field('Attribute', 5, 'repeated'),
        domain: field('string', 7),
      },
    },
    Graph: {
      fields: {
        node: field('Node', 1, 'repeated'),
        name: field('string', 2),
        initializer: field('Tensor', 5, 'repeated'),
        input: field('ValueInfo', 11, 'repeated'),
        output: field('ValueInfo', 12, 'repeated'),
      },
    },
    Model: {
      fields: {
        irVersion: field('int64', 1),
        producerName: field('string', 2),
        graph: field('Graph', 7),
        opsetImport: field('OperatorSet', 8, 'repeated'),
      },
    },
  },
})
const modelType = root.lookupType('Model')

/** A complete model file for `graph`. */
export function encodeModel(graph: Graph): Uint8Array {
  const opsetImport = [
    { domain: '', version: OPSET },
    { domain: 'com.microsoft', version: 1 },
  ]
  return modelType.encode({ irVersion: IR_VERSION, producerName: 'tributary', graph, opsetImport }).finish()
}
