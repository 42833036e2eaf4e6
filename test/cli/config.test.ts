import { describe, expect, it } from 'vitest'
import { parseBytes, projectDir, resolveConfig, withoutPassword } from '../../src/config.ts'

describe('resolveConfig', () => {
  it('has a default for everything', () => {
    expect(resolveConfig({}, {})).toEqual({
      databaseUrl: null,
      homeDir: `${projectDir}/.tributary`,
      host: '127.0.0.1',
      port: 4000,
      allowedHosts: [],
      allowedOrigins: [],
      requireKeys: false,
      publicReads: true,
      allowedQueries: null,
      requestsPerMinute: null,
      costPerMinute: null,
      concurrentRequests: null,
      engine: 'onnx',
      device: 'cpu',
      threads: null,
      workers: 1,
      memoryLimitBytes: null,
      weightLimitBytes: null,
      allocator: 'tuned',
      logLevel: 'info',
    })
  })

  it('reads the environment, and flags before it', () => {
    const environment = { PORT: '5000', TRIBUTARY_MEMORY_LIMIT: '1.5GiB', TRIBUTARY_ENGINE: 'tfjs', DATABASE_URL: '' }
    expect(resolveConfig({ engine: 'onnx' }, environment)).toMatchObject({
      port: 5000,
      memoryLimitBytes: 1.5 * 1024 ** 3,
      engine: 'onnx',
      databaseUrl: null,
    })
  })

  it.each([
    ['PORT', '70000', 'PORT is "70000"; expected a whole number from 0 to 65535.'],
    ['PORT', '4e3', 'PORT is "4e3"; expected a whole number from 0 to 65535.'],
    [
      'TRIBUTARY_ALLOWED_ORIGINS',
      'https://app.example/',
      'TRIBUTARY_ALLOWED_ORIGINS is "https://app.example/"; expected origins such as https://app.example, with commas.',
    ],
    ['TRIBUTARY_PUBLIC_READS', 'no', 'TRIBUTARY_PUBLIC_READS is "no"; expected true or false.'],
    ['TRIBUTARY_ALLOCATOR', 'jemalloc', 'TRIBUTARY_ALLOCATOR is "jemalloc"; expected tuned or system.'],
    ['TRIBUTARY_ENGINE', 'torch', 'TRIBUTARY_ENGINE is "torch"; expected onnx or tfjs.'],
    ['TRIBUTARY_MEMORY_LIMIT', 'lots', 'TRIBUTARY_MEMORY_LIMIT is "lots"; expected an amount such as 4GiB or 512MiB.'],
    ['DATABASE_URL', 'mysql://me:secret@host/db', 'DATABASE_URL is "mysql://me:…@host/db"; expected a postgres:// address.'],
  ])('refuses %s=%s', (variable, value, message) => {
    expect(() => resolveConfig({}, { [variable]: value })).toThrow(expect.objectContaining({ code: 'BAD_INPUT', message }))
  })

  it('reads lists with commas', () => {
    const { allowedHosts } = resolveConfig({}, { TRIBUTARY_ALLOWED_HOSTS: 'A.example, b.example' })
    expect(allowedHosts).toEqual(['a.example', 'b.example'])
  })

  it('says when it was a flag', () => {
    expect(() => resolveConfig({ threads: '0' }, {})).toThrow('--threads is "0"; expected a whole number from 1 to 1024.')
    expect(() => resolveConfig({ port: 'x' }, {})).toThrow('--port is "x"')
    expect(() => resolveConfig({ memoryLimitBytes: 'much' }, {})).toThrow('--memory-limit is "much"')
    expect(() => resolveConfig({}, { PORT: 'x' })).toThrow('PORT is "x"')
  })
})

it.each([
  ['1000', 1000],
  ['2 GB', 2e9],
  ['2gib', 2 * 1024 ** 3],
  ['1.5KiB', 1536],
  ['-1', NaN],
  ['1 parsec', NaN],
  ['', NaN],
])('parseBytes(%j)', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})

it('withoutPassword leaves addresses readable', () => {
  expect(withoutPassword('postgresql://me:p@ss:word@db:5432/x')).toBe('postgresql://me:…@db:5432/x')
  expect(withoutPassword('postgres://localhost/x')).toBe('postgres://localhost/x')
})
