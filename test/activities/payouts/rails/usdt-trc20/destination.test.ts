import { fromHex, isAddressValid, toHex } from 'tronweb/utils';
import { expect, it } from 'vitest';
import { checkDestination } from '../../../../../activities/payouts/rails/usdt-trc20/destination.ts';
import { addressHex, addressText } from '../../../../../activities/payouts/rails/usdt-trc20/address.ts';
import fc from '../../../../support/properties.ts';

const USDT = 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t';
const ANYONE = 'TJmmqjb1DK9TTZbQXzRQ2AuA94z4gKAPFh';
const OURS = 'TLa2f6VPqDgRE67v1736s7bJ8Ray5wYjU7';
const known = { own: addressHex(OURS)!, token: addressHex(USDT)! };
const check = (address: string, more: Record<string, string> = {}) => checkDestination({ address, ...more }, known);

it('takes an address as a wallet shows it, with blanks around, and says it masked', () => {
  expect(check(` ${ANYONE}\n`)).toEqual({ ok: true, destination: { address: ANYONE }, shown: 'TJmm…APFh (TRC-20)' });
  expect(check(ANYONE, { network: 'TRC20' })).toMatchObject({ ok: true, destination: { address: ANYONE } });
});

it.each([
  ['', 'begins with T'],
  ['0x5b38Da6a701c568545dCfcB03FcB875f56beddC4', 'Ethereum address'],
  ['41a614f803b6fd780986a42c78ec9c7f77e6ded13c', 'in hex'],
  ['0x41a614f803b6fd780986a42c78ec9c7f77e6ded13c', 'in hex'],
  ['bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'Bitcoin'],
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'Bitcoin'],
  ['TJmmqjb1DK9TTZbQXzRQ2AuA94z4gKAPF', 'has 34 characters, this one has 33'],
  [`${ANYONE}x`, 'has 34 characters, this one has 35'],
  ['TJmmqjb1DK9TTZbQXzRQ2AuA94z4gKAPF0', 'character "0" (the 34.'],
  ['TJmmqjb1DK9TTZbQXzRQ2AuA94z4gKAPFi', 'check sum'],
  ['TJmmqjb1DK9TTZbQXzRQ2AuA94z4gKAPhF', 'check sum'],
  [ANYONE.toLowerCase().replace('l', 'm'), 'begins with T'],
  ['T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb', 'zero address'],
  [USDT, 'the USDT contract itself'],
  [OURS, 'that we pay from'],
])('refuses %s and says why', (address, reason) => {
  expect(check(address)).toEqual({ ok: false, code: 'DESTINATION_REFUSED', field: 'address', reason: expect.stringContaining(reason) });
});

it('every address with one character changed or two swapped is refused', () => {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let tried = 0;
  for (let at = 1; at < ANYONE.length; at++) {
    for (const letter of alphabet) {
      if (letter === ANYONE[at]) continue;
      expect(check(ANYONE.slice(0, at) + letter + ANYONE.slice(at + 1)).ok).toBe(false);
      tried++;
    }
  }
  expect(tried).toBe(33 * 57);
});

it('refuses other networks and fields that it does not know', () => {
  expect(check(ANYONE, { network: 'ERC-20' })).toMatchObject({ ok: false, field: 'network', reason: expect.stringContaining('ERC-20') });
  expect(check(ANYONE, { memo: '1' })).toMatchObject({ ok: false, field: 'memo' });
});

it('reads and writes addresses as tronweb does', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
    const hex = `41${Buffer.from(bytes).toString('hex')}`;
    const text = addressText(hex);
    expect([text, isAddressValid(text), toHex(text)]).toEqual([fromHex(hex), true, hex]);
    expect(addressHex(text)).toBe(hex);
  }));
});
