import { describe, expect, it } from 'vitest';
import { checkAddress } from '../../../../../activities/payouts/rails/usdt-erc20/destination.ts';

const WALLET = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const TOKEN = '0xdAC17F958D2ee523a2206206994597C13D831ec7';
/** From EIP-55. */
const GOOD = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const check = (destination: Record<string, string>) => checkAddress(destination, { wallet: WALLET, token: TOKEN, network: 'Ethereum, ERC-20' });

describe('an address', () => {
  it.each([GOOD, GOOD.toLowerCase(), `0x${GOOD.slice(2).toUpperCase()}`, ` ${GOOD} `])('%s is taken, kept with its checksum and shown in part', (address) => {
    expect(check({ address })).toEqual({ ok: true, destination: { address: GOOD, network: 'ERC-20' }, shown: '0x5aAeb6…1BeAed (ERC-20)' });
  });

  it.each(['ERC-20', 'erc20', 'Ethereum', 'Ethereum (ERC20)', 'Ethereum, ERC-20'])('may name the network as %s', (network) => {
    expect(check({ address: GOOD, network })).toMatchObject({ ok: true, destination: { network: 'ERC-20' } });
  });

  it.each([
    ['nothing', {}, 'address', /0x and 40/],
    ['one digit short', { address: GOOD.slice(0, -1) }, 'address', /0x and 40/],
    ['one letter in the wrong case', { address: GOOD.replace('BeAed', 'Beaed') }, 'address', /EIP-55/],
    ['a mistyped digit', { address: GOOD.replace('6053', '6054') }, 'address', /EIP-55/],
    ['the zero address', { address: `0x${'0'.repeat(40)}` }, 'address', /zero/],
    ['the token', { address: TOKEN.toLowerCase() }, 'address', /token/],
    ['our own wallet', { address: WALLET.toLowerCase() }, 'address', /hot wallet/],
    ['a TRON address', { address: 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t' }, 'address', /TRON/],
    ['another network', { address: GOOD, network: 'TRC-20' }, 'network', /Ethereum, ERC-20/],
    ['a field that is not ours', { address: GOOD, memo: '1' }, 'memo', /address and network/],
  ])('is refused: %s', (_what, destination, field, reason) => {
    expect(check(destination)).toEqual({ ok: false, code: 'DESTINATION_REFUSED', field, reason: expect.stringMatching(reason) });
  });
});
