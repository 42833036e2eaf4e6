/** Trains the demo model from the seed, or goes on from the last checkpoint, and saves it. */
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WordEncoder } from './batches.ts'
import { openEngine } from '../../src/tensor/open.ts'
import { modelFolder, workFolder } from '../paths.ts'
import { makeWorld } from '../world/world.ts'
import { readCheckpoint, saveCheckpoint } from './checkpoint.ts'
import { Examiner } from './examine.ts'
import { saveModel } from './save.ts'
import { countOf, demoConfig, parametersOf } from './shape.ts'
import { heldOutTasks } from './tasks.ts'
import { initialState, Trainer, type Schedule, type StepReport } from './trainer.ts'

export const schedule: Schedule = { steps: 5_000, warmup: 200, peak: 2e-3, fallsFrom: 3_500 }

const EXAM_EVERY = 500
const LOG_EVERY = 100
/** Losses of the first steps, for the check that the weights are those that the script makes. */
const RECORDED_STEPS = 12

export async function trainModel(say: (line: string) => void, stopAfter = Infinity): Promise<void> {
  await mkdir(workFolder, { recursive: true })
  const engine = await openEngine('onnx', { device: 'cpu', threads: 0 })
  const trainer = new Trainer(demoConfig, await WordEncoder.open(modelFolder), schedule)
  const examiner = await Examiner.open(engine, demoConfig, trainer.encoder)
  const tasks = heldOutTasks(makeWorld())
  const state = (await readCheckpoint(countOf(parametersOf(demoConfig)))) ?? initialState(demoConfig)
  say(`${countOf(parametersOf(demoConfig)).toLocaleString('en')} parameters, step ${state.step} of ${schedule.steps}`)
  const began = performance.now()
  const resumedAt = state.step
  const first: StepReport[] = []
  let sum = 0
  const last = await trainer.run(engine, state, async (report, now) => {
    sum += report.loss
    if (report.step < RECORDED_STEPS) first.push(report)
    if (report.step === RECORDED_STEPS - 1) await recordFirst(first)
    const steps = report.step + 1
    if (steps % LOG_EVERY === 0) {
      const seconds = (performance.now() - began) / 1000
      const line = `${steps} loss ${(sum / LOG_EVERY).toFixed(4)} norm ${report.gradientNorm.toFixed(2)} ` +
        `rate ${report.rate.toExponential(1)} ${((steps - resumedAt) / seconds).toFixed(2)} steps/s`
      sum = 0
      say(line)
      await appendFile(join(workFolder, 'training.txt'), `${line}\n`)
    }
    if (steps % EXAM_EVERY === 0) {
      await saveCheckpoint(now)
      await saveModel(modelFolder, demoConfig, now.vector)
      for (const { name, documents } of tasks) {
        const { right, firstRight, count } = await examiner.score(now.vector, documents)
        say(`  ${name}: ${right}/${count} (first token ${firstRight})`)
      }
    }
    return steps < stopAfter
  })
  await saveCheckpoint(last)
  await saveModel(modelFolder, demoConfig, last.vector)
  await examiner.close()
  await engine.close()
}

async function recordFirst(reports: readonly StepReport[]): Promise<void> {
  const losses = reports.map(({ loss }) => Number(loss.toPrecision(7)))
  await writeFile(join(modelFolder, 'first-losses.json'), `${JSON.stringify(losses)}\n`)
}
