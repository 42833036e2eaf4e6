/** An orthonormal basis of the span of some vectors, by singular value decomposition (Appendix E.2). */
import { Matrix, SingularValueDecomposition } from 'ml-matrix'

/** Singular values under this share of the largest are rounding of float32 data, not directions. */
const FLOAT32_EPSILON = 2 ** -23

/** `vectors` [R, D] → at most R orthonormal vectors [D]. */
export function orthonormalBasis(vectors: readonly (readonly number[])[]): Float64Array[] {
  const D = vectors[0]?.length ?? 0
  // Columns span the subspace; the decomposition wants no more columns than rows, so a wide one is turned.
  const columns = new Matrix(vectors.map((v) => [...v])).transpose()
  const svd = new SingularValueDecomposition(columns, { autoTranspose: true })
  const largest = svd.diagonal[0] ?? 0
  const limit = largest * Math.max(D, vectors.length) * FLOAT32_EPSILON
  const rank = svd.diagonal.filter((value) => value > limit).length
  const left = svd.leftSingularVectors
  return Array.from({ length: rank }, (_, r) => Float64Array.from(left.getColumn(r)))
}
