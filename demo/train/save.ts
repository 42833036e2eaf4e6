/** The trained model as a Hugging Face folder. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelConfig } from '../../src/model/config.ts'
import { encodeSafetensors, type NamedTensor } from '../safetensors.ts'
import { configJson, parametersOf, sizeOf } from './shape.ts'

export async function saveModel(folder: string, config: ModelConfig, vector: Float32Array): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(configJson, null, 2)}\n`)
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tensorsOf(config, vector)))
}

function tensorsOf(config: ModelConfig, vector: Float32Array): NamedTensor[] {
  let at = 0
  return parametersOf(config).map((parameter) => {
    const data = vector.subarray(at, at += sizeOf(parameter))
    const [rows, columns] = parameter.shape
    if (parameter.keepsOrder || rows === undefined || columns === undefined) return { name: parameter.name, shape: parameter.shape, data }
    return { name: parameter.name, shape: [columns, rows], data: transposed(data, rows, columns) }
  })
}

/** [rows, columns] → [columns, rows] */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = data[r * columns + c]!
  return turned
}
