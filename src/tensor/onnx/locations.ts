/** Where a program's weights are, in the form that onnxruntime expects. */
import path from 'node:path'
import type { Program } from '../program.ts'

/**
 * onnxruntime locates external data by a path relative to one folder. The folder is the deepest one that contains all
 * files of the program.
 */
export function withLocations(program: Program): { folder: string | null; relocated: Program } {
  const files = Object.values(program.weights).flatMap((w) => (w.kind === 'file' ? [w.file] : []))
  const [first] = files
  if (first === undefined) return { folder: null, relocated: program }
  let folder = path.dirname(first)
  while (!files.every((file) => file.startsWith(folder + path.sep))) folder = path.dirname(folder)
  const weights = Object.fromEntries(
    Object.entries(program.weights).map(([name, weight]) => [
      name,
      weight.kind === 'file' ? { ...weight, file: path.relative(folder, weight.file) } : weight,
    ]),
  )
  return { folder, relocated: { ...program, weights } }
}
