// Asks graphql-js for its verdict on each document of documents.txt, over schema.graphql.
import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'))
const lines = readFileSync(new URL('documents.txt', import.meta.url), 'utf8').split('\n')
const takes = { valid: true, stricter: true, invalid: false, laxer: false }

const errors = (document) => {
  try {
    return validate(schema, parse(document))
  } catch (error) {
    return [error]
  }
}

let count = 0
let wrong = 0
for (const [index, line] of lines.entries()) {
  if (line === '' || line.startsWith('#')) continue
  const [, verdict, document] = /^(\w+) +(.*)$/.exec(line) ?? []
  if (!(verdict in takes)) throw new Error(`line ${index + 1} has no verdict`)
  const found = errors(document)
  count += 1
  if ((found.length === 0) === takes[verdict]) continue
  wrong += 1
  console.error(`line ${index + 1}: ${document}\n  ${found[0]?.message ?? 'graphql-js takes it'}`)
}
console.log(`${count} documents, ${wrong} with another verdict`)
process.exitCode = wrong === 0 && count > 0 ? 0 : 1
