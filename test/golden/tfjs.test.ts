import { goldenSuite } from './suite.ts'

// stories260k passes too; its reference mode is compared between the engines on random models, in a tenth of the time.
goldenSuite({ engine: 'tfjs' }, ['qwen2-random', 'gpt2-random'])
