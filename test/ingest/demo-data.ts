/** The bundled model and its 300 indirect objects, added by the commands that people type. */
import { join } from 'node:path'
import { expect } from 'vitest'
import { main } from '../../cli/main.ts'
import { projectDir } from '../../src/config.ts'
import { type RecordedContext, recordedContext } from '../cli/context.ts'

export const IOI_PROMPTS = 300
/** Takes some seconds: enough to be interrupted in. */
export const INGEST_IOI = ['ingest', '--model', 'demo', '--dataset', 'ioi', '--by', 'token']

/** A command in this process. */
export async function command(
  environment: Record<string, string>,
  ...args: string[]
): Promise<RecordedContext & { status: number }> {
  const context = recordedContext({ environment })
  const status = await main(args, context)
  return Object.assign(context, { status })
}

export async function addDemo(environment: Record<string, string>): Promise<void> {
  const added = [
    await command(environment, 'model', 'add', join(projectDir, 'demo/model'), '--id', 'demo'),
    await command(environment, 'dataset', 'add', join(projectDir, 'demo/data/ioi.json'), '--id', 'ioi'),
  ]
  expect(added.map(({ status, said }) => [status, said])).toEqual([[0, ''], [0, '']])
}
