/** A message's fields by number, in order: varints as bigint, everything with a length as bytes. Throws on what is not protobuf. */
export type Fields = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

/** Written apart from the library that the product encodes with, so that a mistake of either side shows. */
export function readFields(bytes: Buffer): Fields {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('the message ends within a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new Error('a number has more than ten bytes');
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    const wire = tag & 7;
    if (number < 1 || (wire !== 0 && wire !== 2)) throw new Error(`field ${number} has wire type ${wire}`);
    let value: bigint | Buffer = varint();
    if (wire === 2) {
      const end = at + Number(value);
      if (end < at || end > bytes.length) throw new Error(`field ${number} is longer than the message`);
      value = bytes.subarray(at, end);
      at = end;
    }
    const values = fields.get(number);
    if (values) values.push(value);
    else fields.set(number, [value]);
  }
  return fields;
}

export function bytesOf(fields: Fields, number: number): Buffer {
  const value = fields.get(number)?.at(-1);
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

export function numberOf(fields: Fields, number: number): bigint {
  const value = fields.get(number)?.at(-1);
  return typeof value === 'bigint' ? value : 0n;
}
