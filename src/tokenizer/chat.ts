/**
 * Chat templates: messages → the text that the model was trained to read, and the span of each message in it. Templates are
 * strangers' programs (Jinja), so they run in the tokenizer's process, which has a time limit and can be killed.
 *
 * 1. The template is rendered twice: with the messages, and with a mark in place of each message's content.
 * 2. Text between the marks belongs to the template; text in place of a mark is the message.
 * 3. If a template treats marks differently from words, its text is searched for the contents, one after another.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { readLimited } from './settings.ts'

const partSchema = z.looseObject({ type: z.literal('text'), text: z.string() })

/** One message of a chat. Templates may read other fields than those named here. */
export const chatMessageSchema = z.looseObject({
  role: z.string().min(1).max(100),
  content: z.union([z.string(), z.array(partSchema)]),
})
export type ChatMessage = z.infer<typeof chatMessageSchema>

export const chatSchema = z.array(chatMessageSchema).min(1).max(10_000)

/** Reads a file of messages: an array, or an object with the array under `messages`, as in training data. */
export async function readChat(path: string): Promise<ChatMessage[]> {
  const refuse = (why: string) => new UserError(
    'BAD_INPUT', `${path} is no chat (${why}); expected JSON such as [{"role": "user", "content": "…"}].`)
  const bytes = await readLimited(path)
  if (bytes === null) throw new UserError('NOT_FOUND', `There is no file ${path}; expected a chat as JSON.`)
  let content: unknown
  try {
    content = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw refuse('it is not JSON')
  }
  const wrapped = z.looseObject({ messages: z.unknown() }).safeParse(content)
  const parsed = chatSchema.safeParse(wrapped.success ? wrapped.data.messages : content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw refuse(`${issue?.path.join('.') || 'its top'}: ${issue?.message}`)
}

export interface ChatSpan {
  role: string
  /** The span of the content, in UTF-16 offsets; null if the template leaves it out or rewrites it. */
  span: { start: number; end: number } | null
}

export interface RenderedChat {
  text: string
  /** In the order of the messages. */
  messages: ChatSpan[]
}

/** What the tokenizer's process is asked to render. */
export interface RenderQuestion {
  template: string
  /** Names that the template knows: `bos_token`, `add_generation_prompt` … */
  names: Record<string, unknown>
  messages: readonly ChatMessage[]
  /** The same messages with a mark for each content. */
  marked: readonly ChatMessage[]
}

/** `marked` is null if the template refuses the marks. */
export interface RenderAnswer {
  text: string
  marked: string | null
}

const OPEN = '\uE000'
const CLOSE = '\uE001'
const MARK = /\uE000(\d+)\uE001/gu

/** The template is asked to begin a reply, unless the last message is one. */
export function renderQuestion(
  template: string, names: ReadonlyMap<string, string>, messages: readonly ChatMessage[],
): RenderQuestion {
  const add_generation_prompt = messages.at(-1)?.role !== 'assistant'
  return {
    template,
    names: { ...Object.fromEntries(names), add_generation_prompt, tools: null, documents: null },
    messages,
    marked: messages.map((message, k) => {
      const mark = `${OPEN}${k}${CLOSE}`
      return { ...message, content: typeof message.content === 'string' ? mark : [{ type: 'text' as const, text: mark }] }
    }),
  }
}

export function placeMessages({ text, marked }: RenderAnswer, messages: readonly ChatMessage[]): RenderedChat {
  const contents = messages.map(({ content }) =>
    (typeof content === 'string' ? content : content.map((part) => part.text).join('')))
  const spans = (marked === null ? null : spansByMarks(text, marked, contents)) ?? spansBySearch(text, contents)
  return { text, messages: messages.map(({ role }, k) => ({ role, span: spans[k] ?? null })) }
}

type Spans = ({ start: number; end: number } | null)[]

/** null if the text is not the marked text with the contents put in. */
function spansByMarks(text: string, marked: string, contents: readonly string[]): Spans | null {
  const spans: Spans = contents.map(() => null)
  const marks = [...marked.matchAll(MARK)]
  const first = marks[0]?.index ?? marked.length
  if (!text.startsWith(marked.slice(0, first))) return null
  let at = first
  for (const [n, mark] of marks.entries()) {
    const index = Number(mark[1])
    const next = marked.slice(mark.index + mark[0].length, marks[n + 1]?.index ?? marked.length)
    const found = spellings(contents[index] ?? '').find((each) => text.startsWith(each + next, at))
    if (found === undefined) return null
    spans[index] ??= { start: at, end: at + found.length }
    at += found.length + next.length
  }
  return at === text.length ? spans : null
}

/** Templates either trim contents or leave them as they are. */
const spellings = (content: string): string[] => [content, content.trim(), content.trimEnd(), content.trimStart()]

function spansBySearch(text: string, contents: readonly string[]): Spans {
  let from = 0
  return contents.map((content) => {
    const found = spellings(content).find((each) => each !== '' && text.indexOf(each, from) >= 0)
    if (found === undefined) return null
    const start = text.indexOf(found, from)
    from = start + found.length
    return { start, end: from }
  })
}

const namedSchema = z.array(z.looseObject({ name: z.string(), template: z.string() }))
const templateSchema = z.union([z.string(), namedSchema, z.record(z.string(), z.string())]).nullish()

/**
 * The folder's template: chat_template.jinja and files beside it, otherwise the one in tokenizer_config.json. Of several,
 * the one named default. null if there is none. Refuses (UNSUPPORTED) several templates without a default.
 */
export async function readChatTemplate(dir: string, configured: unknown): Promise<string | null> {
  const files = await templateFiles(dir)
  const given = templateSchema.parse(files.size > 0 ? Object.fromEntries(files) : configured)
  if (given == null || typeof given === 'string') return given ?? null
  const named = new Map(Array.isArray(given) ? given.map(({ name, template }) => [name, template]) : Object.entries(given))
  const found = named.get('default')
  if (found !== undefined || named.size === 0) return found ?? null
  throw new UserError('UNSUPPORTED', `${dir} has the chat templates ${[...named.keys()].join(', ')}, and none named default; ` +
    'name one so.')
}

async function templateFiles(dir: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const add = async (name: string, path: string) => {
    const bytes = await readLimited(path)
    if (bytes) found.set(name, bytes.toString('utf8'))
  }
  await add('default', join(dir, 'chat_template.jinja'))
  const more = join(dir, 'additional_chat_templates')
  const names = await readdir(more).catch(() => [])
  for (const name of names.filter((each) => each.endsWith('.jinja'))) await add(name.slice(0, -'.jinja'.length), join(more, name))
  return found
}
