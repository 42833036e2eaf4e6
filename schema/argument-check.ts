/**
 * Refuses what no argument of any field may hold: text that the database cannot store, forged cursors, ids of types
 * that do not exist, and two directions of a page at once. Each root field checks everything that is asked below it
 * before anything is read. Otherwise the database would refuse the whole statement, and with it everything that was
 * loaded together.
 */
import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLInputType,
  GraphQLID,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLString,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { z } from 'zod'
import { UserError } from '../src/errors.ts'
import { whyUnstorable } from '../src/store/text.ts'

/** Extension of an input field whose text goes to a tokenizer and is not stored in a column as it is. */
export const forTokenizer = { extensions: { forTokenizer: true } }

/** Extension of an argument or input field with an id that also accepts the number that people see. */
export const orNumber = { extensions: { orNumber: true } }

/** Extension of a root list that makes and checks its own cursors. */
export const ownCursors = { extensions: { ownCursors: true } }

const NUMBER = /^[1-9]\d{0,8}$/

const bad = (message: string) => new UserError('BAD_INPUT', message)

/** Makes every root field of the schema refuse bad arguments, its own and those below it. */
export function checkArguments(schema: GraphQLSchema): GraphQLSchema {
  const nodeTypes = new Set(schema.getPossibleTypes(nodeInterface(schema)).map(({ name }) => name))
  const nodes = schema.getQueryType()?.getFields()['nodes']
  if (nodes) refuseEachAlone(nodes, nodeTypes)
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) guard(field, nodeTypes)
  }
  return schema
}

function nodeInterface(schema: GraphQLSchema) {
  const node = schema.getType('Node')
  if (!isInterfaceType(node)) throw new Error('the schema has no interface Node')
  return node
}

type Field = GraphQLField<unknown, unknown>

function guard(field: Field, nodeTypes: ReadonlySet<string>): void {
  const { resolve, subscribe } = field
  const check = (info: GraphQLResolveInfo) => {
    const walk = new Walk(info, nodeTypes)
    for (const node of info.fieldNodes) walk.field(field, node, true)
  }
  if (subscribe) {
    field.subscribe = (source, args, context, info) => {
      check(info)
      return subscribe(source, args, context, info)
    }
  } else if (resolve) {
    field.resolve = (source, args, context, info) => {
      check(info)
      return resolve(source, args, context, info)
    }
  }
}

/** An argument, or a field of an input. */
interface Input {
  type: GraphQLInputType
  extensions: Readonly<Record<string, unknown>>
}

type FieldNode = GraphQLResolveInfo['fieldNodes'][number]

class Walk {
  readonly #seen = new Set<SelectionSetNode>()
  readonly #info: GraphQLResolveInfo
  readonly #nodeTypes: ReadonlySet<string>

  constructor(info: GraphQLResolveInfo, nodeTypes: ReadonlySet<string>) {
    this.#info = info
    this.#nodeTypes = nodeTypes
  }

  field(field: Field, node: FieldNode, isRoot: boolean): void {
    if (field.args.length > 0) this.#arguments(field, node, isRoot)
    if (node.selectionSet) this.#selections(getNamedType(field.type), node.selectionSet)
  }

  /** A fragment may be spread in many places; it is checked once. */
  #selections(type: unknown, selectionSet: SelectionSetNode): void {
    if (this.#seen.has(selectionSet)) return
    this.#seen.add(selectionSet)
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined
        if (field) this.field(field, selection, false)
        continue
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.#info.fragments[selection.name.value] : selection
      if (!fragment) continue
      const condition = fragment.typeCondition
      this.#selections(condition ? this.#info.schema.getType(condition.name.value) : type, fragment.selectionSet)
    }
  }

  #arguments(field: Field, node: FieldNode, isRoot: boolean): void {
    let values: Record<string, unknown>
    try {
      values = getArgumentValues(field, node, this.#info.variableValues)
    } catch {
      // GraphQL itself refuses values of the wrong type.
      return
    }
    for (const argument of field.args) {
      this.#value(argument, values[argument.name], `${field.name}(${argument.name})`)
    }
    const isPrisma = isRoot && field.extensions['ownCursors'] !== true
    if ('first' in values || 'last' in values || 'after' in values || 'before' in values) checkPage(values, isPrisma)
  }

  #value({ type, extensions }: Input, value: unknown, place: string): void {
    if (value === null || value === undefined) return
    const inner = getNullableType(type)
    if (isListType(inner)) {
      if (Array.isArray(value)) for (const each of value) this.#value({ type: inner.ofType, extensions }, each, place)
    } else if (isInputObjectType(inner)) {
      for (const field of Object.values(inner.getFields())) {
        if (field.extensions['forTokenizer'] !== true) {
          this.#value(field, Reflect.get(Object(value), field.name), `${place}.${field.name}`)
        }
      }
    } else if (inner === GraphQLString || inner === GraphQLID) {
      const why = whyUnstorable(String(value))
      if (why !== null) throw bad(`${place} cannot be found in any text here: ${why}.`)
      if (inner !== GraphQLID || extensions['refusedAlone'] === true) return
      const takesNumber = extensions['orNumber'] === true
      if (!(takesNumber && NUMBER.test(String(value))) && !isGlobalId(String(value), this.#nodeTypes)) throw noGlobalId(String(value), place, takesNumber)
    }
  }

}

/** A type, and something behind it: `Attribution:` names no attribution. */
function isGlobalId(id: string, nodeTypes: ReadonlySet<string>): boolean {
  const text = Buffer.from(id, 'base64').toString()
  const colon = text.indexOf(':')
  return nodeTypes.has(text.slice(0, colon)) && colon + 1 < text.length && whyUnstorable(text) === null
}

const noGlobalId = (id: string, place: string, takesNumber: boolean): UserError =>
  takesNumber
    ? bad(`${place} is ${JSON.stringify(shorten(id))}; expected a number from 1, or a global id, which an \`id\` field has.`)
    : bad(`${place} is ${JSON.stringify(shorten(id))}, which is no global id; take one from an \`id\` field.`)

/** Of an id in a list that is answered one by one: the place of a bad one is null, with an error of its own. */
export const refusedAlone = { extensions: { refusedAlone: true } }

/** Answers `nodes` for the ids that are some, and refuses each of the others in its own place. */
function refuseEachAlone(field: Field, nodeTypes: ReadonlySet<string>): void {
  const { resolve } = field
  if (!resolve) throw new Error('the field nodes has no resolver')
  field.resolve = async (source, args, context, info) => {
    const ids = z.array(z.string()).parse(args['ids'])
    const good = ids.filter((id) => isGlobalId(id, nodeTypes))
    const found = z.array(z.unknown()).parse(good.length === 0 ? [] : await resolve(source, { ...args, ids: good }, context, info))
    let next = 0
    // GraphQL puts null, and the error with its path, where a list holds an error.
    return ids.map((id, at) => (isGlobalId(id, nodeTypes) ? found[next++] : noGlobalId(id, `nodes(ids)[${at}]`, false)))
  }
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

const SMALLEST_PAGE = 0
/** The form of Pothos' cursors for integer keys. Larger numbers occur in no column. */
const ROOT_CURSOR = /^GPC:[NI]:\d{1,9}$/

/** The same rules at every level, root and below. */
function checkPage({ first, last, after, before }: Record<string, unknown>, isPrisma: boolean): void {
  if ((first != null || after != null) && (last != null || before != null)) {
    throw bad('Pages go forward (first, after) or backward (last, before); both were asked for.')
  }
  const size = first ?? last ?? SMALLEST_PAGE
  if (Number(size) < SMALLEST_PAGE) throw bad(`A page of ${String(size)} was asked for; it has at least 0 places.`)
  const cursor = after ?? before
  if (!isPrisma || cursor == null) return
  if (ROOT_CURSOR.test(Buffer.from(String(cursor), 'base64').toString())) return
  throw bad(`${JSON.stringify(shorten(String(cursor)))} is no cursor of this list; take one from its edges or pageInfo.`)
}
