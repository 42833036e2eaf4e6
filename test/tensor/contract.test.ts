import { describe } from 'vitest'
import { engineContract } from './contract.ts'
import { cpuEngines } from './engines.ts'

describe.each(cpuEngines)('$name', ({ open }) => engineContract(open))
