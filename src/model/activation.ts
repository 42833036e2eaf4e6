import type { Ops } from '../tensor/ops.ts'
import type { Activation } from './config.ts'

const SQRT_HALF = Math.SQRT1_2
const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI)

/** The MLP's nonlinearity, elementwise. */
export function activate<T>(ops: Ops<T>, kind: Activation, x: T): T {
  switch (kind) {
    case 'silu':
      return ops.mul(x, ops.sigmoid(x))
    case 'relu':
      return ops.relu(x)
    case 'gelu':
      return halfTimesOnePlus(ops, x, ops.erf(ops.mul(x, ops.scalar(SQRT_HALF))))
    case 'gelu_tanh': {
      const cube = ops.mul(ops.mul(x, x), x)
      const inner = ops.add(x, ops.mul(cube, ops.scalar(0.044715)))
      return halfTimesOnePlus(ops, x, ops.tanh(ops.mul(inner, ops.scalar(SQRT_2_OVER_PI))))
    }
  }
}

const halfTimesOnePlus = <T>(ops: Ops<T>, x: T, y: T) =>
  ops.mul(ops.mul(x, ops.scalar(0.5)), ops.add(y, ops.scalar(1)))
