interface Parameter { in: string; name: string; required?: boolean }
interface Answer { description: string; headers?: Record<string, object>; content?: Record<string, object> }
export interface DocumentedOperation { operationId: string; parameters?: Parameter[]; responses: Record<string, Answer>; 'x-etag'?: true; 'x-if-match'?: true }

const ETAG = { description: 'Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed.', schema: { type: 'string' }, required: true };

/** What the conventions add to an operation's description: headers of answers, and headers that are demanded with a status of their own. */
export function describeConventions(operations: Iterable<DocumentedOperation>): void {
  for (const operation of operations) {
    const { 'x-etag': etag, 'x-if-match': ifMatch, parameters = [], responses } = operation;
    delete operation['x-etag'];
    delete operation['x-if-match'];
    // 428 and not 400 where it is missing, so it cannot be demanded by the checking schema.
    for (const parameter of parameters) if (parameter.name === 'if-match' && ifMatch) parameter.required = true;
    if (!etag) continue;
    for (const [status, answer] of Object.entries(responses)) if (status.startsWith('2')) answer.headers = { ...answer.headers, ETag: ETAG };
    if (parameters.some(({ name }) => name === 'if-none-match')) responses['304'] = { description: 'It is as you have it', headers: { ETag: ETAG } };
  }
}
