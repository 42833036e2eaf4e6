/** A loaded model with what graphs need. */
import type { FeatureSets } from '../depass/partition/kind.ts'
import type { Passes } from '../depass/passes.ts'

export interface GraphEngine {
  passes: Passes
  sets: FeatureSets
  tokenText(id: number): string
}
