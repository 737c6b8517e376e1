/** What the bytes of a file are, whatever its name says. */
export type SampleFormat = 'csv' | 'json' | 'xlsx' | 'eml' | 'html' | 'xls' | 'pdf' | 'zip';

const begins = (bytes: Uint8Array, ...marks: number[]): boolean => marks.every((mark, at) => bytes[at] === mark);
const MAIL_FIELD = /^(?:from|to|date|subject|received|return-path|message-id|mime-version|delivered-to|dkim-signature|x-[a-z0-9-]+|content-type|arc-[a-z-]+|authentication-results)[ \t]*:/i;

/**
 * Tells a format by content.
 *
 * @param bytes the file, or its beginning
 * @param head the beginning as text
 */
export function sampleFormat(bytes: Uint8Array, head: string): SampleFormat {
  if (begins(bytes, 0x50, 0x4b, 0x03, 0x04)) return isWorkbook(bytes) ? 'xlsx' : 'zip';
  if (begins(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return 'xls';
  if (begins(bytes, 0x25, 0x50, 0x44, 0x46)) return 'pdf';
  const text = head.trimStart();
  if (/^[[{]/.test(text) && /^[[{]\s*(?:["{[\]}]|-?\d)/.test(text)) return 'json';
  if (/^(?:<!doctype html|<html|<head|<body|<table|<!--)/i.test(text)) return 'html';
  const lines = head.split(/\r\n|\r|\n/, 40);
  const fields = lines.findIndex((line) => !(MAIL_FIELD.test(line) || /^[ \t]/.test(line) || /^[A-Za-z][A-Za-z0-9-]*:/.test(line)));
  if (fields >= 2 && lines[fields] === '' && lines.slice(0, fields).filter((line) => MAIL_FIELD.test(line)).length >= 2) return 'eml';
  return 'csv';
}

/** A workbook's table of contents names its parts; they stand in the clear. */
function isWorkbook(bytes: Uint8Array): boolean {
  const text = new TextDecoder('latin1');
  return [bytes.subarray(0, 100_000), bytes.subarray(Math.max(0, bytes.length - 100_000))].some((part) => /xl\/(?:workbook|worksheets)|\[Content_Types\]\.xml/.test(text.decode(part)));
}
