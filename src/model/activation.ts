import type { Ops } from '../tensor/ops.ts'
import type { Activation } from './config.ts'

const SQRT_HALF = Math.SQRT1_2
const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI)

/** gpt-oss: the bound at which gates and ups are clamped, and the α of x · sigmoid(αx), which a gate goes through. */
const CUT = 7
const ALPHA = 1.702

/** A neuron's activation: act(gate) · up, elementwise; in a plain MLP `up` is null, and it is act(gate). */
export function activate<T>(ops: Ops<T>, kind: Activation, gate: T, up: T | null): T {
  if (kind === 'clamped_swiglu') {
    const cut = cutAbove(ops, gate)
    const acted = ops.mul(cut, ops.sigmoid(ops.mul(cut, ops.scalar(ALPHA))))
    return up === null ? acted : ops.mul(acted, ops.add(cutBelow(ops, cutAbove(ops, up)), ops.scalar(1)))
  }
  const acted = nonlinearity(ops, kind, gate)
  return up === null ? acted : ops.mul(acted, up)
}

function nonlinearity<T>(ops: Ops<T>, kind: Exclude<Activation, 'clamped_swiglu'>, x: T): T {
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

/** min(x, 7). A value below 7 stays x to the last digit, which c − relu(c − x) alone would not give. */
const cutAbove = <T>(ops: Ops<T>, x: T): T =>
  ops.where(ops.smallerThan(x, CUT), x, ops.sub(ops.scalar(CUT), ops.relu(ops.sub(ops.scalar(CUT), x))))

/** max(x, −7) */
const cutBelow = <T>(ops: Ops<T>, x: T): T =>
  ops.where(ops.smallerThan(x, CUT), x, ops.sub(ops.relu(ops.add(x, ops.scalar(CUT))), ops.scalar(CUT)))
