/**
 * The engine that the settings choose. Workers compute with it; programs that only ask need its id for the keys of
 * results.
 */
import { join } from 'node:path'
import type { Attributor } from '../src/attribution/attributor.ts'
import { DEFAULT_MEMORY_LIMIT_BYTES } from '../src/attribution/prepare.ts'
import type { FeatureSets } from '../src/depass/partition/kind.ts'
import type { Config } from '../src/config.ts'

/** Opens model folders with the engine of the settings. Engines are loaded with the first model. */
export const attributorOpener =
  (config: Config, { hashesAnew = false } = {}) =>
  async (dir: string, sets: FeatureSets, name?: string): Promise<Attributor> => {
    const { openAttributor } = await import('../src/attribution/open.ts')
    return openAttributor(dir, { ...engineOptions(config), hashesAnew, sets, ...(name !== undefined && { name }) })
  }

/** Where digests of unchanged model files are remembered. */
export const digestFolder = ({ homeDir }: Config): string => join(homeDir, 'digests')

export const engineOptions = (config: Config) => {
  const { engine, device, threads, memoryLimitBytes, weightLimitBytes } = config
  return {
    engine,
    device,
    digestFolder: digestFolder(config),
    ...(threads !== null && { threads }),
    ...(memoryLimitBytes !== null && { memoryLimitBytes }),
    ...(weightLimitBytes !== null && { weightLimitBytes }),
  }
}

/** The `engine` that an attributor of these settings will have, without loading a model. */
export async function engineIdOf(config: Config): Promise<string> {
  const { openEngine } = await import('../src/tensor/open.ts')
  const engine = await openEngine(config.engine, { device: config.device, threads: config.threads ?? 0 })
  try {
    return engine.id
  } finally {
    await engine.close()
  }
}

/** What a worker needs to know of its engine. */
export const workerEngine = async (config: Config) => ({
  openAttributor: attributorOpener(config),
  engine: await engineIdOf(config),
  passMemoryBytes: config.memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES,
})
