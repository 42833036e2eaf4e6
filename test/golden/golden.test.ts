import { goldenSuite } from './suite.ts'

goldenSuite({ engine: 'onnx', device: 'cpu' })
