/**
 * Clients in a process of their own, so that what they cost is not counted as the server's: each asks again as soon as it
 * is answered. Told by its parent what to ask, it answers with rates and latencies.
 */
import http from 'node:http'
import pg from 'pg'
import { z } from 'zod'

export const loadSchema = z.object({
  clients: z.int(),
  seconds: z.number(),
  /** Chosen in turn. */
  requests: z.array(
    z.discriminatedUnion('by', [
      /** `holds`: what an answer that is one has in it. */
        z.object({ by: z.literal('http'), url: z.string(), body: z.string(), holds: z.string().default('"score":') }),
      z.object({
        by: z.literal('sql'),
        url: z.string(),
        statements: z.array(z.object({ name: z.string(), text: z.string(), values: z.array(z.union([z.string(), z.number()])) })),
      }),
    ]),
  ),
})
export type Load = z.input<typeof loadSchema>
export interface LoadReport {
  perSecond: number
  p50Ms: number
  p99Ms: number
}

const WARM_UP = 0.25

async function run({ clients, seconds, requests }: z.output<typeof loadSchema>): Promise<LoadReport> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients })
  const [first] = requests
  const pool = first?.by === 'sql' ? new pg.Pool({ connectionString: first.url, max: clients }) : null
  const latencies: number[] = []
  const began = performance.now()
  const from = began + 1000 * seconds * WARM_UP
  const until = began + 1000 * seconds * (1 + WARM_UP)
  let next = 0
  const client = async () => {
    for (let now = began; now < until; ) {
      const request = requests[next++ % requests.length]
      if (!request) return
      if (request.by === 'http') await post(request, agent)
      else {
        const connection = await pool?.connect()
        for (const statement of request.statements) await connection?.query(statement)
        connection?.release()
      }
      const ended = performance.now()
      if (now >= from) latencies.push(ended - now)
      now = ended
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  await pool?.end()
  agent.destroy()
  latencies.sort((a, b) => a - b)
  const at = (part: number) => latencies[Math.min(latencies.length - 1, Math.floor(part * latencies.length))] ?? NaN
  return { perSecond: latencies.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
}

function post({ url, body, holds }: { url: string; body: string; holds: string }, agent: http.Agent): Promise<void> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (text.includes(holds) && !text.includes('"errors":')) resolve()
        else reject(new Error(text.slice(0, 500)))
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

if (process.send) {
  process.on('message', (message) => {
    run(loadSchema.parse(message)).then(
      (report) => process.send?.(report),
      (error: unknown) => process.send?.({ error: String(error) }),
    )
  })
  process.send('ready')
}
