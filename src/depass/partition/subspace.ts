/** The subspace partition (Appendix E.2): the part of the stream inside the span of some vectors, and the part outside. */
import { Matrix, SingularValueDecomposition } from 'ml-matrix'
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { once } from './component.ts'
import { givenLayer, oneLayer, requireLayer, requireVector, type PartitionKindOf } from './kind.ts'
import { everywhere } from './split.ts'

const schema = z.strictObject({
  by: z.literal('subspace'),
  /** The layer whose input is split. */
  layer: z.number().int().nonnegative(),
  /** [R, D]: vectors that span the subspace; they are orthonormalised by a singular value decomposition. */
  basis: z.array(z.array(z.number())).min(1),
})
export type SubspacePartition = z.infer<typeof schema>

export const subspaceKind: PartitionKindOf<SubspacePartition> = {
  schema,
  description: 'what lies inside a subspace, and what outside',
  options: ['basis'],
  resolve({ by, layer, basis }) {
    if (!basis?.length) throw new UserError('BAD_INPUT', 'A split by subspace needs a basis; give at least one vector.')
    const at = oneLayer(givenLayer(layer, by, 'the layer whose input is split'), by)
    return { partition: { by: 'subspace', layer: at, basis: basis.map((vector) => [...vector]) }, groupLabels: null }
  },
  check({ layer, basis }, model) {
    requireLayer(layer, model)
    if (basis.length > model.residualWidth)
      throw new UserError(
        'BAD_INPUT',
        `The basis has ${basis.length} vectors; the residual stream of ${model.name} has ${model.residualWidth} dimensions.`,
      )
    for (const [row, vector] of basis.entries()) requireVector(vector, model, `Vector ${row} of the basis`)
    if (basis.every((vector) => vector.every((value) => value === 0)))
      throw new UserError('BAD_INPUT', 'The basis is all zeros; it spans nothing.')
  },
  begins: ({ layer }) => ({ at: 'input', layer }),
  splits({ layer, basis }, { N }) {
    const shown = layer === 0 ? null : layer
    // Computed only when needed, so that a cost estimate does not wait for it. Vectors are read as float32.
    let orthonormal: Float64Array[] | null = null
    const project = (x: Float32Array) =>
      projection(x, (orthonormal ??= orthonormalBasis(basis.map((vector) => vector.map(Math.fround)))))
    return [{
      at: 'input',
      layer,
      components: [once('inside', shown), once('outside', shown)],
      startRows: 2 * N,
      exists: everywhere,
      fill(component, _position, x, row) {
        const inside = project(x)
        for (let d = 0; d < row.length; d++) row[d] = component === 0 ? inside[d]! : x[d]! - inside[d]!
      },
    }]
  },
  vectorField: 'basis',
}

/** Σ (x·u) u over orthonormal vectors u, in float64. */
function projection(x: Float32Array, basis: readonly Float64Array[]): Float64Array {
  const inside = new Float64Array(x.length)
  for (const u of basis) {
    let along = 0
    for (let d = 0; d < x.length; d++) along += x[d]! * u[d]!
    for (let d = 0; d < x.length; d++) inside[d]! += along * u[d]!
  }
  return inside
}

/** Singular values below this share of the largest are rounding errors of float32 data, not directions. */
const FLOAT32_EPSILON = 2 ** -23

/** An orthonormal basis of the span of `vectors` [R, D]: at most R orthonormal vectors [D]. */
export function orthonormalBasis(vectors: readonly (readonly number[])[]): Float64Array[] {
  const D = vectors[0]?.length ?? 0
  // Columns span the subspace. The decomposition wants no more columns than rows, so a wide matrix is transposed.
  const columns = new Matrix(vectors.map((v) => [...v])).transpose()
  const svd = new SingularValueDecomposition(columns, { autoTranspose: true })
  const largest = svd.diagonal[0] ?? 0
  const limit = largest * Math.max(D, vectors.length) * FLOAT32_EPSILON
  const rank = svd.diagonal.filter((value) => value > limit).length
  const left = svd.leftSingularVectors
  return Array.from({ length: rank }, (_, r) => Float64Array.from(left.getColumn(r)))
}
