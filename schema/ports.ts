/**
 * What the schema may ask of the rest of the system. Resolvers hold no model and no queue. The server gives them these
 * ports, and tests give them others.
 */
import type { HeadAnswer } from '../src/attention/answer.ts'
import type { PatternQuestion, PreparedPatternQuestion } from '../src/attention/pattern.ts'
import type { AttentionQuestion, PreparedAttentionQuestion } from '../src/attention/resolve.ts'
import type { PreparedRequest } from '../src/attribution/prepare.ts'
import type { AttributionQuestion } from '../src/attribution/resolve.ts'
import type { PreparedGraph } from '../src/graph/prepare.ts'
import type { GraphQuestion } from '../src/graph/resolve.ts'
import type { Answers } from '../src/lookups/answer.ts'
import type { LookupQuestion } from '../src/lookups/question.ts'
import type { ChatSpan } from '../src/tokenizer/chat.ts'
import type { TokenView } from '../src/tokenizer/tokenizer.ts'
import type { UserError } from '../src/errors.ts'
import type { PreparedIntervention } from '../src/interventions/prepare.ts'
import type { InterventionQuestion } from '../src/interventions/resolve.ts'

export interface Ports {
  attributions: AttributionPort
  interventions: AnswerPort<InterventionQuestion, PreparedIntervention>
  graphs: GraphPort
  heads: HeadPort
  lookups: LookupPort
  jobs: JobPort
}

export interface AttributionPort extends AnswerPort<AttributionQuestion, PreparedRequest> {
  /** A text as the model reads it, with what its tokenizer adds. Refuses (UserError) a model without a tokenizer. */
  tokenize(modelId: number, text: string): Promise<readonly TokenView[]>
}

export interface GraphPort extends AnswerPort<GraphQuestion, PreparedGraph> {
  /** Stores a graph of a file, and gives its key. Refuses (UserError) what is no graph, or cannot be stored. */
  importDocument(document: unknown): Promise<string>
}

/** A question with its words resolved into token ids. */
export interface Asked<Prepared> {
  request: Prepared
  /** The prompt as whoever asked wrote it; null where token ids were given. */
  own: OwnPrompt | null
}

/**
 * The asker's own prompt. It is kept apart, because other texts may have the same ids and share what is stored under
 * them.
 */
export interface OwnPrompt {
  /** Of its ids: `sequence.hash`. */
  sequenceHash: string
  text: string
  /** With their spans in the text. */
  tokens: readonly TokenView[]
  /** For a chat: which message each part of the text belongs to. */
  messages?: readonly ChatSpan[]
  /** Warnings, as sentences, about what the user may not have meant. */
  warnings: readonly string[]
}

/** One kind of answer: questions become requests, and requests are answered. */
export interface AnswerPort<Question, Prepared> {
  /** From words to numbers, with the model's tokenizer. Refuses (UserError) what cannot be meant or asked. */
  prepare(modelId: number, question: Question): Promise<Asked<Prepared>>
  /** Called for every answer that was found under its key, since `request` is not called for it. */
  noteStored(): void
  /**
   * One outcome per request, in order: from the store at once, else through a job. Identical requests share one job.
   * A job goes on when nobody waits for it any more; what it computes is stored for the next who asks.
   */
  request(modelId: number, requests: readonly Prepared[], wait: Wait): Promise<Outcome[]>
}

/** Questions about features that need the model or the files of a set. */
export interface LookupPort {
  /** A text as the model reads it. Refuses (UserError) what it cannot read. */
  tokens(modelId: number, prompt: { text?: string | null; tokenIds?: readonly number[] | null }): Promise<readonly TokenView[]>
  /** One outcome per question, in order. `elements`: D · F of the set that it reads, by which workers plan. */
  ask(modelId: number, questions: readonly { question: LookupQuestion; elements: number }[], wait: Wait): Promise<LookupOutcome[]>
}

/** Questions about heads: why they attend, and where they look. Answers are kept for a day. */
export interface HeadPort {
  /** From words to numbers. Refuses (UserError) what cannot be meant or asked. */
  prepare(modelId: number, question: AttentionQuestion): Promise<PreparedAttentionQuestion>
  preparePattern(modelId: number, question: PatternQuestion): Promise<PreparedPatternQuestion>
  /** One outcome per question, in order. */
  ask(modelId: number, asked: readonly (PreparedAttentionQuestion | PreparedPatternQuestion)[], wait: Wait): Promise<HeadOutcome[]>
}

export type HeadOutcome =
  | { state: 'answered'; answer: HeadAnswer }
  /** Under way when the waiting ended. */
  | { state: 'pending'; jobId: string }
  | { state: 'failed'; error: UserError }

export type LookupOutcome =
  | { state: 'answered'; answer: Answers[LookupQuestion['type']] }
  /** Under way when the waiting ended. */
  | { state: 'pending'; jobId: string }
  | { state: 'failed'; error: UserError }

export interface Wait {
  /** 0: do not wait. */
  timeoutMs: number
  signal: AbortSignal
}

export type Outcome =
  /** Under the key of the stored row. */
  | { state: 'stored'; key: string }
  /** Under way when the waiting ended. */
  | { state: 'pending'; jobId: string }
  | { state: 'failed'; error: UserError }

interface JobPort {
  /** In the order of the ids; null where there is no such job (any more). */
  find(ids: readonly string[]): Promise<(JobView | null)[]>
  /** As it is, then at every change of its state; ends with the job, or when `signal` aborts. */
  follow(id: string, signal: AbortSignal): AsyncIterable<JobView>
  /** False when it had ended already, or does not exist. */
  cancel(id: string): Promise<boolean>
  /** A page of jobs in one state, with one more than asked if there is one. */
  list(filter: JobFilter, page: { first: number; after: string | null }): Promise<{ job: JobView; cursor: string }[]>
  count(filter: JobFilter): Promise<number>
  /** What waits, who works, and the last `failures` failures. */
  queue(failures: number): Promise<QueueShape>
  /** Those that are connected to the database. */
  workers(): Promise<WorkerShape[]>
  /** The workers that have these jobs in hand, by the job's id. */
  holders(jobIds: readonly string[]): Promise<Map<string, WorkerShape>>
  /** What runs wait for, by their number. */
  waits(runIds: readonly number[]): Promise<Map<number, RunWaitShape>>
  /** Why prompts of runs failed, the most frequent reason first. */
  failures(runIds: readonly number[]): Promise<FailureReasonShape[]>
}

export interface JobFilter {
  state: JobState
  urgency?: 'interactive' | 'bulk' | undefined
  /** The run's number. */
  runId?: number | undefined
}

export interface WorkerShape {
  id: string
  engine: string
  memoryLimitBytes: number
  interactiveOnly: boolean
  connectedAt: Date
  modelHash: string | null
  flopsPerSecond: number | null
  resultsPerSecond: number | null
  results: number
  failures: number
  lastResultAt: Date | null
  lastError: { code: string; message: string; at: Date } | null
}

export interface RunWaitShape {
  reason: RunWaitReason
  message: string
  waiting: number
  active: number
  unqueued: number
  donePerMinute: number
  secondsLeft: number | null
}

export type RunWaitReason =
  | 'nothing' | 'computing' | 'turn' | 'urgent' | 'pause' | 'worker' | 'engine' | 'model' | 'planning' | 'lost' | 'stopped'

export interface FailureReasonShape {
  runId: number
  message: string
  count: number
  firstPrompt: number
}

export interface QueueShape {
  /** Every combination. */
  jobs: { state: 'waiting' | 'active'; urgency: 'interactive' | 'bulk'; count: number }[]
  oldestWaitingSeconds: number
  /** Those that are connected to the database. */
  workers: WorkerShape[]
  /** In the last minute. */
  ended: { done: number; failed: number }
  /** The same by their reasons, the most frequent first. */
  failureReasons: { code: string; message: string; count: number; lastAt: Date }[]
  /** The latest first. */
  failures: { jobId: string; at: Date; code: string; message: string }[]
}

export type JobState = 'waiting' | 'active' | 'done' | 'failed' | 'cancelled'

export interface JobView {
  id: string
  state: JobState
  urgency: 'interactive' | 'bulk'
  /** What it computes: attribution … */
  kind: string
  modelHash: string
  engine: string
  flops: number
  /** The number of the run that asked first. */
  runId: number | null
  failures: number
  notBefore: Date | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  /** Why it failed; null when it did not. */
  error: { code: string; message: string } | null
  /** Key of what it computes, as it was asked for (`loaders/stored-answers.ts`). */
  resultKey: string
}
