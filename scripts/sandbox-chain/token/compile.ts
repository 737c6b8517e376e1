import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/*
 * Compiles TetherLike.sol with the solc of package.json:
 *   node scripts/sandbox-chain/token/compile.ts           writes TetherLike.json
 * The artefact is committed, so that starting a chain needs no compiler; a test compiles again and compares.
 */
const Output = z.object({
  errors: z.array(z.object({ formattedMessage: z.string() })).optional(),
  contracts: z.record(z.string(), z.record(z.string(), z.object({ abi: z.array(z.unknown()), evm: z.object({ bytecode: z.object({ object: z.string().regex(/^[0-9a-f]+$/) }) }) }))).optional(),
});
const Compiler = z.object({ compile: z.custom<(input: string) => string>((value) => typeof value === 'function'), version: z.custom<() => string>((value) => typeof value === 'function') });

const folder = new URL('./', import.meta.url);

/** The artefact's text as TetherLike.sol makes it. Throws with the compiler's messages, warnings included. */
export function compileToken(): string {
  const solc = Compiler.parse(createRequire(import.meta.url)('solc'));
  const source = readFileSync(new URL('TetherLike.sol', folder), 'utf8');
  const output = Output.parse(JSON.parse(solc.compile(JSON.stringify({
    language: 'Solidity', sources: { 'TetherLike.sol': { content: source } },
    settings: { optimizer: { enabled: true, runs: 200 }, evmVersion: 'paris', metadata: { bytecodeHash: 'none', appendCBOR: false }, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
  }))));
  if (output.errors?.length) throw new Error(output.errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  const contract = output.contracts?.['TetherLike.sol']?.['TetherLike'];
  if (contract === undefined) throw new Error('The compiler gave no contract TetherLike.');
  return `${JSON.stringify({ compiler: solc.version(), bytecode: `0x${contract.evm.bytecode.object}`, abi: contract.abi }, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL('TetherLike.json', folder), compileToken());
