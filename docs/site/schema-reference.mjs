/** schema.graphql as a page: every type with its fields, arguments and descriptions. */
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isScalarType, isUnionType } from 'graphql'

const KINDS = [
  ['Types', (type) => isObjectType(type) || isInterfaceType(type)],
  ['Unions', isUnionType],
  ['Inputs', isInputObjectType],
  ['Enums', isEnumType],
  ['Scalars', isScalarType],
]

export function schemaReference(text) {
  const schema = buildSchema(text)
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter((type) => type != null)
  const others = types.filter((type) => !roots.includes(type)).sort((a, b) => (a.name < b.name ? -1 : 1))
  const sections = [['What can be asked', roots], ...KINDS.map(([title, is]) => [title, others.filter(is)])]
  return ['# Schema reference', ...sections.filter(([, found]) => found.length > 0).flatMap(([title, found]) => [`## ${title}`, ...found.map(typeReference)])].join('\n\n')
}

const oneLine = (description) => (description ?? '').replaceAll('\n', ' ').replaceAll('|', '\\|')

function typeReference(type) {
  const head = `### ${type.name}\n\n${type.description ?? ''}`
  if (isEnumType(type)) return `${head}\n\n${table(['value', ''], type.getValues().map(({ name, description }) => [`\`${name}\``, oneLine(description)]))}`
  if (isUnionType(type)) return `${head}\n\n${type.getTypes().map(({ name }) => `- [${name}](#${name.toLowerCase()})`).join('\n')}`
  if (isScalarType(type)) return head
  const fields = Object.values(type.getFields())
  return `${head}\n\n${table(['field', 'type', ''], fields.map((field) => [`\`${field.name}\``, typeLink(field.type), described(field)]))}`
}

const typeLink = (type) => {
  const text = String(type)
  return `[\`${text}\`](#${text.replace(/[[\]!]/g, '').toLowerCase()})`
}

function described({ description, args = [], defaultValue }) {
  const list = args.map((argument) => `\`${argument.name}: ${argument.type}\` ${oneLine(argument.description)}`)
  const standard = defaultValue === undefined ? '' : ` Default: \`${JSON.stringify(defaultValue)}\`.`
  return `${oneLine(description)}${standard}${list.length > 0 ? ` Takes ${list.join('; ')}` : ''}`
}

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
