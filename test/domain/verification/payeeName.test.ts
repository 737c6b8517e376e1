import { describe, expect, test } from 'vitest';
import { payeeNameMatches } from '../../../domain/verification/payeeName.ts';
import fc from '../../support/properties.ts';

describe('the payee is the verified person', () => {
  test.each([
    ['Anna Maria Schmidt', 'SCHMIDT, Anna Maria'], ['Jürgen Müller', 'Juergen Mueller'], ['Jürgen Müller', 'Jurgen Muller'], ['José Ángel García-López', 'jose angel garcia lopez'],
    ['Dr. Anna Schmidt', 'Anna Schmidt'], ["Seán O'Neill", 'Sean ONeill'], ['Łukasz Wójcik', 'Lukasz Wojcik'], ['Günther Groß', 'Guenther Gross'], ['Søren Kjær', 'Soeren Kjaer'],
    ['John Fitzgerald Kennedy', 'John F. Kennedy'], ['John F Kennedy', 'Kennedy John Fitzgerald'], ['Suharto', 'SUHARTO'], ['İbrahim Şahin', 'Ibrahim Sahin'], ['Иван Петров', 'петров иван'],
  ])('%s = %s', (verified, payee) => {
    expect(payeeNameMatches(verified, payee)).toBe(true);
    expect(payeeNameMatches(payee, verified)).toBe(true);
  });
  test.each([
    ['Anna Maria Schmidt', 'Anna Schmidt'], ['Anna Maria Schmidt', 'Maria Schmidt'], ['John Kennedy', 'J. Kennedy'], ['John Fitzgerald Kennedy', 'J. F. Kennedy'], ['John F. Kennedy', 'John R. Kennedy'],
    ['Anna Schmidt', 'Hanna Schmidt'], ['Anna Schmidt', ''], ['', ''], ['...', '...'], ['Anna Schmidt', 'Anna Schmidt Jr'], ['Hans Baer', 'Hans Bar'], ['Иван Петров', 'Ivan Petrov'],
    ['Anna Schmidt', 'Anna Schmidt und Otto Schmidt'], ['Dr', 'Prof'],
  ])('%s ≠ %s', (verified, payee) => {
    expect(payeeNameMatches(verified, payee)).toBe(false);
    expect(payeeNameMatches(payee, verified)).toBe(false);
  });
});

const letters = 'abcdefghijklmnopqrstuvwxyz';
const part = fc.string({ unit: fc.constantFrom(...Array.from(letters)), minLength: 3, maxLength: 9 }).filter((text) => !/^(mrs|miss|prof|sir|herr|frau|mme|mlle|monsieur|madame|sra|srta|don|dona|ing|dipl|mag|phd)$/.test(text));
const name = fc.uniqueArray(part, { minLength: 2, maxLength: 4 });

test('property: order, case, accents, punctuation and titles make no difference', () => {
  const accent: Record<string, string> = { a: 'á', e: 'ê', i: 'ï', n: 'ñ', c: 'ç' };
  fc.assert(fc.property(name, fc.nat(), fc.constantFrom('Dr. ', 'Mrs ', ''), fc.constantFrom(' ', '-', ', ', '  '), (parts, turn, title, between) => {
    const at = turn % parts.length;
    const other = [...parts.slice(at), ...parts.slice(0, at)].map((word) => Array.from(word, (letter) => accent[letter] ?? letter).join('').toUpperCase());
    expect(payeeNameMatches(parts.join(' '), title + other.join(between))).toBe(true);
  }));
});

test('property: a part changed, added or left out makes another person, whichever side it is on', () => {
  fc.assert(fc.property(name, part, fc.nat(), (parts, foreign, turn) => {
    fc.pre(!parts.includes(foreign));
    const at = turn % parts.length;
    for (const other of [parts.toSpliced(at, 1, foreign), [...parts, foreign], parts.toSpliced(at, 1)]) {
      expect(payeeNameMatches(parts.join(' '), other.join(' '))).toBe(false);
      expect(payeeNameMatches(other.join(' '), parts.join(' '))).toBe(false);
    }
  }));
});

test('property: an initial stands for its part only beside two that are written out', () => {
  fc.assert(fc.property(fc.uniqueArray(part, { minLength: 2, maxLength: 4, selector: (word) => word[0] }), fc.nat(), (parts, turn) => {
    const at = turn % parts.length;
    const short = parts.with(at, `${parts[at]![0]!}.`);
    expect(payeeNameMatches(parts.join(' '), short.join(' '))).toBe(parts.length > 2);
    expect(payeeNameMatches(parts.join(' '), short.with(at, 'ß.').join(' '))).toBe(false);
  }));
});
