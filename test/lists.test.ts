/** Lists of one concept agree wherever they stand: on the shelf, in GraphQL, in the database, on the command line. */
import { isEnumType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram } from '../cli/program.ts'
import { schema } from '../schema/index.ts'
import { targetKinds } from '../src/attribution/target/kinds.ts'
import { componentKinds } from '../src/depass/partition/component.ts'
import { partitionKinds } from '../src/depass/partition/kinds.ts'
import { modes, rules } from '../src/depass/rule.ts'
import { openStore, type Store } from '../src/store/index.ts'
import { recordedContext } from './cli/context.ts'
import { testDatabase, type TestDatabase } from './database.ts'

let database: TestDatabase
let store: Store
beforeAll(async () => {
  database = await testDatabase()
  store = openStore(database.url)
})
afterAll(async () => {
  await store?.close()
  await database?.close()
})

const sorted = (values: readonly unknown[]) => values.map(String).sort()

const inSql = async (type: string) => {
  const rows = await store.query<{ value: string }>(`SELECT unnest(enum_range(NULL::${type}))::text AS value`)
  return sorted(rows.map(({ value }) => value))
}

function inGraphql(name: string) {
  const type = schema.getType(name)
  if (!isEnumType(type)) throw new Error(`${name} is no enum`)
  return sorted(type.getValues().map(({ value }) => value))
}

const program = await buildProgram(recordedContext())

function onCommandLine(command: string, flag: string) {
  const found = program.commands.find((each) => each.name() === command)
  return sorted(found?.options.find((option) => option.long === flag)?.argChoices ?? [])
}

describe('lists of one concept', () => {
  it('kinds of partitions: shelf, GraphQL, SQL, attribute and ingest', async () => {
    const kinds = sorted(partitionKinds)
    expect(inGraphql('PartitionKind')).toEqual(kinds)
    expect(await inSql('partition_kind')).toEqual(kinds)
    expect(onCommandLine('attribute', '--by')).toEqual(kinds)
    expect(onCommandLine('ingest', '--by')).toEqual(kinds)
  })

  it('kinds of components: engine, GraphQL, SQL', async () => {
    expect(inGraphql('ComponentKind')).toEqual(sorted(componentKinds))
    expect(await inSql('component_kind')).toEqual(sorted(componentKinds))
  })

  it('kinds of targets: shelf, SQL', async () => {
    expect(await inSql('target_type')).toEqual(sorted(targetKinds))
  })

  it('rules and modes: engine, GraphQL, SQL, command line', async () => {
    expect(inGraphql('Rule')).toEqual(sorted(rules))
    expect(inGraphql('Mode')).toEqual(sorted(modes))
    expect(await inSql('attribution_mode')).toEqual(sorted(modes))
    expect(onCommandLine('attribute', '--rule')).toEqual(sorted(rules))
    expect(onCommandLine('ingest', '--mode')).toEqual(sorted(modes))
  })
})
