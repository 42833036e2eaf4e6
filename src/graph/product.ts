/** A product of two matrices that change from call to call, on the engine that the model runs on. */
import type { Passes } from '../depass/passes.ts'
import { float32 } from '../tensor/ops.ts'
import { need, real, type Program } from '../tensor/program.ts'

export interface Product {
  /** rows [R, D] · columns [D, S] → [R, S] */
  of(rows: Float32Array, columns: Float32Array): Promise<Float32Array>
  close(): Promise<void>
}

export async function openProduct({ compiler, model: { config: { D } } }: Passes): Promise<Product> {
  const program: Program = {
    name: 'product',
    inputs: { rows: real('R', D), columns: real(D, 'S') },
    outputs: { product: 2 },
    weights: {},
    prepare: () => ({}),
    run: (ops, inputs) => ({ product: ops.matmul(need(inputs, 'rows'), need(inputs, 'columns')) }),
  }
  const executable = await compiler.compile(program)
  return {
    async of(rows, columns) {
      const { product } = await executable.run({
        rows: float32(rows, [rows.length / D, D]), columns: float32(columns, [D, columns.length / D]),
      })
      return product!.data as Float32Array
    },
    close: () => executable.dispose(),
  }
}
