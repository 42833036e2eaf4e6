/** Chats on the command line: a folder with a chat template is asked with messages, and answers as for the ids that they become. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'
import { main } from '../../cli/main.ts'
import { projectDir } from '../../src/config.ts'
import { recordedContext } from './context.ts'

const TEMPLATE = '{% for m in messages %}{{ m.role }}: {{ m.content }} {% endfor %}The answer is'
const SETTINGS = 'tokenizer_config.json'
const folder = mkdtempSync(join(tmpdir(), 'tributary-chat-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const model = modelWithTemplate()
const [france, italy] = [chatAbout('France'), chatAbout('Italy')]

/** The bundled model with a chat template beside it. */
function modelWithTemplate(): string {
  const [from, to] = [join(projectDir, 'demo/model'), join(folder, 'model')]
  mkdirSync(to)
  for (const name of readdirSync(from)) if (name !== SETTINGS) symlinkSync(join(from, name), join(to, name))
  const settings = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(join(from, SETTINGS), 'utf8')))
  writeFileSync(join(to, SETTINGS), JSON.stringify({ ...settings, chat_template: TEMPLATE }))
  return to
}

function chatAbout(country: string): string {
  const file = join(folder, `${country}.json`)
  const messages = [{ role: 'user', content: `Where is the capital of ${country}?` }, { role: 'friend', content: 'In a city.' }]
  writeFileSync(file, JSON.stringify(messages))
  return file
}

async function run<T>(schema: z.ZodType<T>, command: string, ...args: string[]): Promise<T> {
  const context = recordedContext()
  const status = await main([command, '--model', model, '--threads', '1', '--json', ...args], context)
  expect([status, context.said]).toEqual([0, ''])
  return schema.parse(JSON.parse(context.printed))
}

const attribution = z.object({
  tokens: z.array(z.object({ id: z.number(), text: z.string() })), target: z.object({ value: z.number() }),
  contributions: z.array(z.object({ score: z.number(), component: z.object({ label: z.string() }) })),
})

it('attribute writes the messages with the template, and answers as for the ids', async () => {
  const asChat = await run(attribution, 'attribute', '--chat', france)
  expect(asChat.tokens.map(({ text }) => text).join('')).toContain('user: Where is the capital of France?')
  const asIds = await run(attribution, 'attribute', '--tokens', asChat.tokens.map(({ id }) => id).join())
  expect(asIds.target).toEqual(asChat.target)
  expect(asIds.contributions.map(({ score }) => score)).toEqual(asChat.contributions.map(({ score }) => score))
  const byRole = await run(attribution, 'attribute', '--chat', france, '--by', 'group', '--groups', 'roles')
  expect(byRole.contributions.map(({ component }) => component.label)).toEqual(expect.arrayContaining([expect.stringContaining('friend')]))
})

it('intervene takes messages, and changes what it changes of the ids that they become', async () => {
  const side = z.object({ value: z.number() })
  const schema = z.object({ before: side, free: side, frozen: side })
  const { tokens } = await run(attribution, 'attribute', '--chat', france)
  const change = ['--heads', '2.5', '--target', 'Paris']
  const asChat = await run(schema, 'intervene', '--chat', france, ...change)
  expect(asChat.free.value).not.toBe(asChat.before.value)
  expect(await run(schema, 'intervene', '--tokens', tokens.map(({ id }) => id).join(), ...change)).toEqual(asChat)
})

it('two chats are compared by role, and the country makes most of the difference', async () => {
  const labelled = z.object({ label: z.string() }).nullable()
  const schema = z.object({ value: z.number(), align: z.string(), differences: z.array(z.object({ difference: z.number(), component: labelled, counterpart: labelled })) })
  const { value, align, differences } = await run(
    schema, 'attribute', '--chat', france, '--against-chat', italy, '--align', 'role', '--target', 'Paris')
  expect(align).toBe('role')
  const largest = Math.max(...differences.map(({ difference }) => Math.abs(difference)))
  expect(Math.abs(differences.reduce((sum, { difference }) => sum + difference, 0) - value)).toBeLessThan(1e-4 * largest)
  const [most] = differences.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
  expect([most!.component!.label, most!.counterpart!.label]).toEqual([' France', ' Italy'])
})
