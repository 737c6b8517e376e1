import type { operations } from './openapi.ts';

export type OperationName = keyof operations;
type Parameters<O extends OperationName> = operations[O] extends { parameters: infer P } ? P : object;
type Part<P, K extends string> = P extends { [key in K]?: infer Q } ? NonNullable<Q> : never;
type Json<C> = C extends { 'application/json': infer B } ? B : never;
type BodyContent<O extends OperationName> = operations[O] extends { requestBody?: infer B } ? NonNullable<B> extends { content: infer C } ? C : never : never;

/** Required where something in it is, optional where all of it is, not there where it has nothing. */
type Field<K extends string, T> = [T] extends [never] ? { [key in K]?: never } : Partial<T> extends T ? { [key in K]?: T } : { [key in K]: T };

type PathOf<O extends OperationName> = Part<Parameters<O>, 'path'>;
export type QueryOf<O extends OperationName> = Part<Parameters<O>, 'query'>;
type HeaderOf<O extends OperationName> = Part<Parameters<O>, 'header'>;
type IfMatch<O extends OperationName> = [HeaderOf<O>] extends [never] ? object : HeaderOf<O> extends { 'if-match': string } ? { ifMatch: string } : HeaderOf<O> extends { 'if-match'?: string } ? { ifMatch?: string | undefined } : object;
/** A file goes out as it is, anything else as JSON. */
type BodyOf<O extends OperationName> = [BodyContent<O>] extends [never] ? { body?: never }
  : BodyContent<O> extends { 'application/octet-stream': unknown } ? { file: { content: Uint8Array<ArrayBuffer> | string | Blob; type: string } } : Field<'body', Json<BodyContent<O>>>;

/** What a call of an operation takes. Without `idempotencyKey` a change is sent under a new one. */
export type RequestOf<O extends OperationName> = Field<'path', PathOf<O>> & Field<'query', QueryOf<O>> & BodyOf<O> & IfMatch<O> & { idempotencyKey?: string; signal?: AbortSignal };

type Responses<O extends OperationName> = operations[O] extends { responses: infer R } ? R : never;
type Good<R> = { [S in keyof R]: S extends 200 | 201 | 202 ? R[S] extends { content: infer C } ? Json<C> : never : never }[keyof R];
/** What an operation answers when it does what it is asked for. */
export type AnswerOf<O extends OperationName> = Good<Responses<O>>;
/** What a list holds. */
export type ItemOf<O extends OperationName> = AnswerOf<O> extends { items: (infer I)[] } ? I : never;
/** Operations that answer pages. */
export type ListName = { [O in OperationName]: AnswerOf<O> extends { items: unknown[]; nextCursor: string | null } ? O : never }[OperationName];
/** Operations that answer files. */
export type FileName = { [O in OperationName]: [AnswerOf<O>] extends [never] ? O : never }[OperationName];

export type Arguments<O extends OperationName> = Partial<RequestOf<O>> extends RequestOf<O> ? [request?: RequestOf<O>] : [request: RequestOf<O>];
