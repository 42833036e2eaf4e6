import { describe } from 'vitest'
import { goldenSuite } from './suite.ts'

// As the first questions about a large model are answered.
describe('with weights as they are stored', () => goldenSuite({ engine: 'onnx', device: 'cpu', foldingPaysAfter: Infinity }))
