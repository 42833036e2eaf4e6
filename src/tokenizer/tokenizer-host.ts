/**
 * Runs the library in a process that can be killed, so that opening and encoding have limits of time and memory. Each
 * tokenizer has one process, which answers one question at a time. After a process has ended, the next question starts
 * another.
 */
import { type ChildProcess, fork } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import type { RenderAnswer, RenderQuestion } from './chat.ts'
import type { Prepared } from './prepare.ts'

/** The library's encoding of one text. */
export interface Encoding {
  ids: number[]
  /** Start and end of each token in the text, in code points, in alternation. */
  offsets: Int32Array
  /** 1 for tokens without a part of the text. */
  special: number[]
}

export interface EncodeQuestion {
  texts: string[]
  /** Whether to add the special tokens that the tokenizer puts around a text. */
  specials: boolean
  /** Whether to read it as a continuation of other text. */
  continues: boolean
}

const OPEN_LIMIT_MS = 60_000
const ENCODE_LIMIT_MS = 10_000
/** The library reads a million characters a second, so this limit tolerates machines that are twenty times slower. */
const CHARACTERS_PER_MS = 50

const answerSchema = z.union([z.object({ error: z.string() }), z.object({ value: z.unknown() })])
const idsSchema = z.array(z.tuple([z.string(), z.number().int().nullable()]))
const encodingsSchema = z.array(z.custom<Encoding>((value) => typeof value === 'object' && value !== null && 'ids' in value))

const renderAnswerSchema: z.ZodType<RenderAnswer> = z.object({ text: z.string(), marked: z.string().nullable() })

const program = fileURLToPath(new URL('tokenizer-process.mjs', import.meta.url))

export class TokenizerHost {
  #child: ChildProcess | null
  #turns: Promise<unknown> = Promise.resolve()
  readonly #prepare: () => Promise<Prepared>

  /**
   * The process starts at once, while the folder is read elsewhere. `prepare` is called again for every restart, so that
   * nothing large is kept for it.
   */
  constructor(prepare: () => Promise<Prepared>) {
    this.#prepare = prepare
    this.#child = start()
  }

  /**
   * Passes the prepared tokenizer to the library. Returns the ids of the added tokens by content. Refuses (BAD_MODEL) what
   * the library refuses. `passed` is called once the process has all of it.
   */
  async open(
    { path, kept, additions, ends, continuation, compose }: Prepared, passed?: () => void,
  ): Promise<Map<string, number>> {
    const contents = kept.map(({ content }) => content)
    const message = { kind: 'open', json: compose(), kept: contents, additions, ends, continuation }
    const answer = await this.#ask(message, OPEN_LIMIT_MS, refuseModel(path), passed)
    return new Map(idsSchema.parse(answer).flatMap(([content, id]): [string, number][] => (id === null ? [] : [[content, id]])))
  }

  /** Kills the process; a later question would start another. */
  close(): void {
    this.#child?.kill('SIGKILL')
    this.#child = null
  }

  /**
   * Refuses texts that the library cannot read, or takes too long for: with BAD_INPUT, unless `refusal` says otherwise.
   */
  encode(question: EncodeQuestion, refusal = refuseText): Promise<Encoding[]> {
    const turn = this.#turns.then(() => this.#encode(question, refusal))
    this.#turns = turn.catch(() => undefined)
    return turn
  }

  /** Refuses (BAD_INPUT) messages that the template refuses, with the template's words. */
  render(question: RenderQuestion): Promise<RenderAnswer> {
    const turn = this.#turns.then(async () => {
      await this.#ready()
      return renderAnswerSchema.parse(await this.#ask({ kind: 'render', ...question }, ENCODE_LIMIT_MS, refuseChat))
    })
    this.#turns = turn.catch(() => undefined)
    return turn
  }

  async #ready(): Promise<void> {
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) return
    const prepared = await this.#prepare()
    this.#child = start()
    await this.open(prepared)
  }

  async #encode(question: EncodeQuestion, refusal: Refusal): Promise<Encoding[]> {
    await this.#ready()
    const characters = question.texts.reduce((sum, text) => sum + text.length, 0)
    const answer = await this.#ask({ kind: 'encode', ...question }, ENCODE_LIMIT_MS + characters / CHARACTERS_PER_MS, refusal)
    return encodingsSchema.parse(answer)
  }

  /** The child process keeps this program from ending only while someone waits for an answer. */
  async #ask(message: object, limitMs: number, refusal: Refusal, passed?: () => void): Promise<unknown> {
    const child = this.#child
    if (!child) throw new Error('the tokenizer has no process')
    hold(child, true)
    try {
      const answer = answerSchema.parse(await exchange(child, message, limitMs, passed))
      if ('error' in answer) throw refusal(answer.error)
      return answer.value
    } catch (error) {
      if (error instanceof Ended) {
        this.#child = null
        child.kill('SIGKILL')
        throw refusal(error.message)
      }
      throw error
    } finally {
      hold(child, false)
    }
  }
}

type Refusal = (why: string) => UserError

export const refuseModel = (path: string): Refusal => (why) => new UserError(
  'BAD_MODEL', `${path} cannot be used (${why}); download it again, or convert the tokenizer with a current transformers.`)

const refuseText: Refusal = (why) =>
  new UserError('BAD_INPUT', `The text cannot be read with this tokenizer (${why}); give another text, or token ids.`)

const refuseChat: Refusal = (why) =>
  new UserError('BAD_INPUT', `The chat template does not take these messages (${why}); give others, or the prompt as text.`)

/** The process has ended, or has to be killed. */
class Ended extends Error {}

function start(): ChildProcess {
  const child = fork(program, [], { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  child.unref()
  child.on('error', () => undefined)
  return child
}

function hold(child: ChildProcess, held: boolean): void {
  const pipe = child.stderr as Socket | null
  if (held) {
    child.ref()
    child.channel?.ref()
  } else {
    child.unref()
    child.channel?.unref()
    pipe?.unref()
  }
}

const MEMORY_EXIT = 3
const MOST_STDERR = 4000

/**
 * Sends one question and waits for its answer. `passed` is called when all of the question is on its way. Throws `Ended` if
 * no answer comes.
 */
function exchange(child: ChildProcess, message: object, limitMs: number, passed?: () => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let stderr = ''
    const listen = (chunk: Buffer) => { stderr = (stderr + chunk.toString('utf8')).slice(-MOST_STDERR) }
    const settle = (action: () => void) => {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('close', onClose)
      child.off('error', onError)
      child.stderr?.off('data', listen)
      action()
    }
    const onMessage = (answer: unknown) => settle(() => resolve(answer))
    const onClose = (code: number | null) => settle(() => reject(new Ended(whyEnded(code, stderr))))
    const onError = (error: Error) => settle(() => reject(new Ended(`its process does not answer: ${error.message}`)))
    const timer = setTimeout(
      () => settle(() => reject(new Ended(`the library was not done with it after ${Math.round(limitMs / 1000)} s`))), limitMs)
    child.on('message', onMessage)
    child.on('close', onClose)
    child.on('error', onError)
    child.stderr?.on('data', listen)
    child.send(message, (error) => (error ? onError(error) : passed?.()))
  })
}

function whyEnded(code: number | null, stderr: string): string {
  if (code === MEMORY_EXIT) return 'it took more than 2 GiB of memory'
  if (stderr.includes('retry-limit-in-match')) return 'one of its patterns backtracks without end'
  const reason = /panicked at [^\n]*\n([^\n]+)/.exec(stderr)?.[1]
  return reason ? `the library gave up: ${reason}` : 'its process ended'
}
