import { goldenSuite } from './suite.ts'

goldenSuite({ engine: 'tfjs' })
