/*
 * What bodies may look like: each member of a request has a shape, and Google names the first one that does not fit.
 */
import { invalidField } from './api-error.ts'

/** The shape of one JSON value. */
export type Shape =
  | { readonly kind: 'scalar'; readonly type: ScalarType }
  | { readonly kind: 'enum'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'message'; readonly members: Readonly<Record<string, Shape>> }
  /** A list of whatever JSON has (`google.protobuf.ListValue`). */
  | { readonly kind: 'listValue' }
  /** Whatever JSON has: kept, not looked at. */
  | { readonly kind: 'any' }

type ScalarType = 'TYPE_STRING' | 'TYPE_INT32' | 'TYPE_DOUBLE' | 'TYPE_BOOL'

export const string: Shape = { kind: 'scalar', type: 'TYPE_STRING' }
export const int32: Shape = { kind: 'scalar', type: 'TYPE_INT32' }
export const double: Shape = { kind: 'scalar', type: 'TYPE_DOUBLE' }
export const bool: Shape = { kind: 'scalar', type: 'TYPE_BOOL' }
export const any: Shape = { kind: 'any' }
export const listValue: Shape = { kind: 'listValue' }

/** A list of one shape. */
export function list(of: Shape): Shape {
  return { kind: 'list', of }
}

/** One of a few names. */
export function oneOf(name: string, values: readonly string[]): Shape {
  return { kind: 'enum', name, values }
}

/** An object with these members, each of which may be missing. */
export function message(members: Readonly<Record<string, Shape>>): Shape {
  return { kind: 'message', members }
}

/**
 * Asserts that a value fits.
 *
 * @param path Where the value stands, with names as the protocol has them; empty for the body.
 * @throws `GoogleError` 400 that names the first member that does not fit.
 */
export function assertShape(value: unknown, shape: Shape, path: string): void {
  if (value === null || value === undefined) return
  switch (shape.kind) {
    case 'any':
      return
    case 'listValue':
      if (!Array.isArray(value)) throw wrongType(path, 'google.protobuf.ListValue', value)
      return
    case 'list':
      if (!Array.isArray(value)) return assertShape(value, shape.of, path)
      return value.forEach((entry, index) => assertShape(entry, shape.of, `${path}[${index}]`))
    case 'enum':
      if (shape.values.some((each) => each === value)) return
      throw wrongType(path, `google.apps.sheets.v4.${shape.name}`, value)
    case 'scalar':
      if (!isScalar(value, shape.type)) throw wrongScalar(path, shape.type, value)
      return
    case 'message':
      return assertMessage(value, shape.members, path)
  }
}

function assertMessage(
  value: unknown,
  members: Readonly<Record<string, Shape>>,
  path: string,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongType(path, 'google.apps.sheets.v4', value)
  for (const [name, inner] of Object.entries(value)) {
    const shape = Object.hasOwn(members, name) ? members[name] : undefined
    if (shape === undefined) {
      const place = path === '' ? '' : ` at '${path}'`
      throw invalidField(
        path,
        `Invalid JSON payload received. Unknown name "${name}"${place}: Cannot find field.`,
      )
    }
    const own = toSnakeCase(name)
    assertShape(inner, shape, path === '' ? own : `${path}.${own}`)
  }
}

function isScalar(value: unknown, type: ScalarType): boolean {
  switch (type) {
    case 'TYPE_STRING':
      return typeof value === 'string'
    case 'TYPE_BOOL':
      return typeof value === 'boolean'
    case 'TYPE_INT32':
      return Number.isInteger(typeof value === 'string' && value !== '' ? Number(value) : value)
    case 'TYPE_DOUBLE':
      return typeof value === 'number'
  }
}

function wrongType(path: string, type: string, value: unknown): Error {
  return invalidField(
    path,
    `Invalid value at '${path}' (type.googleapis.com/${type}), ${JSON.stringify(value)}`,
  )
}

function wrongScalar(path: string, type: ScalarType, value: unknown): Error {
  return invalidField(path, `Invalid value at '${path}' (${type}), ${JSON.stringify(value)}`)
}

function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
