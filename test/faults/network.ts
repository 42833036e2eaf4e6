/**
 * Machines of one network on this one: a network namespace each, joined by a bridge in one more. A machine that is cut off
 * is one whose cable was pulled: nothing arrives, and nobody is told. Needs root and `ip` (iproute2).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'

export interface Machine {
  /** As it calls itself. */
  name: string
  address: string
  /** Starts a program there. */
  spawn(command: string, args: readonly string[], environment?: Record<string, string>, account?: { uid: number; gid: number }): ChildProcess
  /** Pulls its cable. */
  cut(): void
  /** Puts it back. */
  join(): void
  /** Ends every process there by kill -9. */
  kill(): void
}

export interface Network {
  machines: readonly Machine[]
  close(): void
}

/** Why there can be no network here, or null. */
export function whyNoNetwork(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need Linux and root'
  const name = `trib-try-${process.pid}`
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' })
  if (made.status !== 0) return `ip netns add: ${made.error?.message ?? made.stderr.trim()}`
  const joined = spawnSync('ip', ['-n', name, 'link', 'add', 'bridge', 'type', 'bridge'], { encoding: 'utf8' })
  spawnSync('ip', ['netns', 'del', name])
  return joined.status === 0 ? null : `ip link add: ${joined.stderr.trim()}`
}

export function openNetwork(names: readonly string[]): Network {
  const own = (name: string) => `trib-${process.pid}-${name}`
  const bridge = own('switch')
  ip('netns', 'add', bridge)
  ip('-n', bridge, 'link', 'add', 'bridge', 'type', 'bridge')
  ip('-n', bridge, 'link', 'set', 'bridge', 'up')
  const machines = names.map((name, at): Machine => {
    const [space, port, address] = [own(name), `port${at}`, `10.77.0.${at + 1}`]
    ip('netns', 'add', space)
    ip('-n', bridge, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space)
    ip('-n', bridge, 'link', 'set', port, 'master', 'bridge')
    ip('-n', bridge, 'link', 'set', port, 'up')
    ip('-n', space, 'address', 'add', `${address}/24`, 'dev', 'eth0')
    for (const device of ['lo', 'eth0']) ip('-n', space, 'link', 'set', device, 'up')
    return {
      name,
      address,
      spawn: (command, args, environment = {}, account) => {
        const as = account ? ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : []
        // Its own name, too: models are registered by it.
        const start = ['netns', 'exec', space, 'unshare', '--uts', 'sh', '-c', 'hostname "$0"; exec "$@"', name, ...as, command, ...args]
        return spawn('ip', start, { cwd: '/', env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
      },
      cut: () => ip('-n', bridge, 'link', 'set', port, 'down'),
      join: () => ip('-n', bridge, 'link', 'set', port, 'up'),
      kill: () => {
        for (const pid of ip('netns', 'pids', space).split('\n').filter(Boolean)) kill(Number(pid))
      },
    }
  })
  return {
    machines,
    close: () => {
      for (const { name, kill: end } of machines) {
        end()
        ip('netns', 'del', own(name))
      }
      ip('netns', 'del', bridge)
    },
  }
}

function ip(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('ip', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
  return stdout
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
