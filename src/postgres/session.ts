/**
 * What a connection to a database on another machine is started with. A machine that is cut off tells nobody: without these
 * the server would keep its sessions for up to two hours, with their locks, and workers that are gone would count as there.
 */

/** The server looks after a silent session for so long, and waits so long for an answer to what it sent (milliseconds). */
const LIVENESS = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3, tcp_user_timeout: 25_000 }

/** Silence after which a client asks whether its server is still there, in seconds. */
export const KEEPALIVE_SECONDS = 10

/**
 * The address with these settings of the session, and with those by which the server notices that we are gone. What the
 * address itself sets stays in force. An address that is none comes back as it is: connecting says what is wrong with it.
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

/** Reached without a network. */
function isHere({ hostname, searchParams }: URL): boolean {
  const host = searchParams.get('host') ?? hostname
  return host.startsWith('/') || ['', 'localhost', '127.0.0.1', '[::1]', '::1'].includes(host)
}
