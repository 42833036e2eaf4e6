/** The GraphQL schema, built from every noun's file. */
import { builder } from './builder.ts'
import './scalars.ts'
import './model.ts'
import './dataset.ts'
import './prompt.ts'
import './sequence.ts'
import './attribution.ts'
import './contribution.ts'
import './component.ts'
import './componentRank.ts'
import './run.ts'
import './job.ts'
import './jobProgress.ts'
import './attribute.ts'

export const schema = builder.toSchema()
