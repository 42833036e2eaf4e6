/**
 * Session settings for a database on another machine. A machine that is cut off tells nobody. Without these settings the
 * server would keep its sessions and their locks for up to two hours, and workers that are gone would count as present.
 */

/**
 * How long the server waits before it probes a silent session, and how long for an answer to what it sent (milliseconds).
 */
const LIVENESS = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3, tcp_user_timeout: 25_000 }

/** Silence after which a client asks whether its server is still there, in seconds. */
export const KEEPALIVE_SECONDS = 10

/**
 * The address with these session settings, and with those by which the server notices that we are gone. Settings in the
 * address itself take precedence. An invalid address is returned unchanged: connecting will say what is wrong with it.
 */
export function sessionUrl(databaseUrl: string, settings: Readonly<Record<string, string>> = {}): string {
  if (!URL.canParse(databaseUrl)) return databaseUrl
  const url = new URL(databaseUrl)
  const all = Object.entries({ ...(isHere(url) ? {} : LIVENESS), ...settings })
  if (all.length === 0) return databaseUrl
  const options = [...all.map(([name, value]) => `-c ${name}=${value}`), url.searchParams.get('options') ?? '']
  url.searchParams.set('options', options.join(' ').trim())
  return url.href
}

/** Whether the server is reached without a network. */
function isHere({ hostname, searchParams }: URL): boolean {
  const host = searchParams.get('host') ?? hostname
  return host.startsWith('/') || ['', 'localhost', '127.0.0.1', '[::1]', '::1'].includes(host)
}
