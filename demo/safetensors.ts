/** Writes safetensors files (https://github.com/huggingface/safetensors, "Format"), float32 only. */
export interface NamedTensor {
  name: string
  shape: readonly number[]
  data: Float32Array
}

export function encodeSafetensors(tensors: readonly NamedTensor[]): Uint8Array {
  let end = 0
  const header = Object.fromEntries(tensors.map(({ name, shape, data }) => {
    const begin = end
    end += data.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }]
  }))
  // Padded with spaces to a multiple of 8, so that the data is aligned.
  const text = JSON.stringify({ __metadata__: { format: 'pt' }, ...header })
  const json = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.byteLength))
  return Buffer.concat([length, json, ...tensors.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))])
}
