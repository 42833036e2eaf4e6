/** What a run waits for, and why its prompts failed. */
import { builder } from '../builder.ts'
import { runFailuresLoader, runWaitsLoader } from '../loaders/run-waits.ts'
import type { FailureReasonShape, RunWaitShape } from '../ports.ts'
import { forClients } from '../words.ts'

/** Every open prompt is looked up in the queue. */
const WAITS_COST = 100
/** Every failed prompt is read. */
const FAILURES_COST = 50

const RunWaitReason = builder.enumType('RunWaitReason', {
  description: 'Why a run is not further than it is.',
  values: {
    NOTHING: { value: 'nothing', description: 'Nothing of it is open.' },
    COMPUTING: { value: 'computing', description: 'Workers have some of its prompts in hand.' },
    TURN: { value: 'turn', description: 'Other runs have their turn first; `weight` decides how often it has its own.' },
    URGENT: { value: 'urgent', description: 'Questions that someone waits for come first.' },
    PAUSE: { value: 'pause', description: 'Its jobs failed in a way that may pass, and are tried again after a pause.' },
    WORKER: { value: 'worker', description: 'No worker is connected that takes bulk work.' },
    ENGINE: { value: 'engine', description: 'No connected worker has the engine that it was asked of.' },
    MODEL: { value: 'model', description: "No connected worker with that engine has the model's folder." },
    PLANNING: { value: 'planning', description: 'Its prompts have not been queued yet.' },
    LOST: { value: 'lost', description: 'Its jobs are not in the queue any more; it has to be resumed.' },
    STOPPED: { value: 'stopped', description: 'Someone paused or cancelled it.' },
  },
} as const)

const RunWait = builder.objectRef<RunWaitShape>('RunWait').implement({
  description: 'What a run waits for at this moment, and how fast it gets on.',
  fields: (t) => ({
    reason: t.expose('reason', { type: RunWaitReason, description: 'In a word.' }),
    message: t.string({ description: 'In a sentence for people.', resolve: ({ message }) => forClients(message) }),
    waiting: t.exposeInt('waiting', { description: 'Its prompts whose job waits in the queue.' }),
    active: t.exposeInt('active', { description: 'Its prompts that a worker has taken.' }),
    unqueued: t.exposeInt('unqueued', { description: 'Its open prompts that have no job yet, or none any more.' }),
    donePerMinute: t.exposeInt('donePerMinute', { description: 'Its prompts whose result was stored in the last minute.' }),
    secondsLeft: t.exposeFloat('secondsLeft', {
      nullable: true,
      description: 'Until its end at the pace of the last minute; null where nothing was done in it, or nothing is left.',
    }),
  }),
})

const RunFailureReason = builder.objectRef<FailureReasonShape>('RunFailureReason').implement({
  description: 'Prompts of a run that failed for one reason: their sentences differ in numbers and quoted words at most.',
  fields: (t) => ({
    message: t.string({ description: 'The sentence of the first of them.', resolve: ({ message }) => forClients(message) }),
    count: t.exposeInt('count', { description: 'How many prompts.' }),
    firstPrompt: t.exposeInt('firstPrompt', { description: 'Place of the first of them in its dataset, from 0.' }),
  }),
})

builder.prismaObjectFields('Run', (t) => ({
  waitsFor: t.field({
    type: RunWait,
    description: 'What it waits for.',
    complexity: WAITS_COST,
    select: { id: true },
    resolve: async ({ id }, _args, context) => {
      const wait = await runWaitsLoader(context).load(id)
      if (wait === null) throw new Error(`run ${id} went away while it was read`)
      return wait
    },
  }),
  failures: t.field({
    type: [RunFailureReason],
    description: 'Why prompts of it failed, the most frequent reason first.',
    complexity: FAILURES_COST,
    select: { id: true },
    resolve: ({ id }, _args, context) => runFailuresLoader(context).load(id),
  }),
}))
